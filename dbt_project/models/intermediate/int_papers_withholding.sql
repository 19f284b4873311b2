-- Papers that say that rows of their tables are withheld, and those that are published apart from the one that says so.
select distinct papers.document_id
from {{ ref('stg_budget__documents') }} as papers
inner join {{ ref('stg_budget__documents') }} as saying
    on papers.document_id = saying.document_id
    or (
        papers.department_id = saying.department_id
        and papers.fiscal_year = saying.fiscal_year
        and papers.document_kind = saying.document_kind
        and papers.scope = saying.scope
    )
where saying.document_id in (select document_id from {{ ref('stg_budget__findings') }} where kind = 'withheld_rows')
