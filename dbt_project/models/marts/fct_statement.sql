select
    statements.statement_id,
    statements.document_id,
    statements.section,
    statements.subject,
    statements.measure,
    statements.period,
    statements.value,
    statements.unit,
    statements.quote,
    statements.page,
    statements.x0,
    statements.top,
    statements.x1,
    statements.bottom
from {{ ref('stg_budget__statements') }} as statements
inner join {{ ref('dim_document') }} as documents using (document_id)
where documents.status = 'published'
order by statements.document_id, statements.statement_id
