select
    bodies.*,
    kinds.table_kind,
    kinds.title_zh,
    kinds.legal_basis
from (
    -- papers of one body may write its name in two ways
    select
        department_id,
        min(department_name) as department_name,
        fiscal_year,
        coalesce(document_kind, 'budget') as document_kind
    from {{ ref('stg_budget__documents') }}
    where department_id is not null and fiscal_year is not null
    group by all
) as bodies
inner join {{ ref('stg_rules__expected_tables') }} as kinds
    on list_contains(string_split(kinds.document_kind, '|'), bodies.document_kind)
    and (kinds.first_year is null or bodies.fiscal_year >= kinds.first_year)
