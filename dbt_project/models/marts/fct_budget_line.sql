select
    amounts.amount_id as budget_line_id,
    amounts.document_id,
    amounts.fiscal_year,
    documents.department_id,
    amounts.organization_id,
    amounts.table_kind,
    amounts.side,
    amounts.subject_scheme,
    amounts.subject_code,
    amounts.subject_name,
    amounts.function_code,
    amounts.economic_code,
    amounts.government_economic_code,
    amounts.code_source,
    amounts.subject_level,
    amounts.project_name,
    amounts.project_organization,
    amounts.fund_source,
    amounts.fund_period,
    amounts.expenditure_type,
    amounts.amount_basis,
    amounts.subset_of,
    amounts.amount_year,
    amounts.amount_yuan,
    amounts.printed_text,
    amounts.printed_unit,
    coalesce(withheld.is_leaf, amounts.is_leaf) and amounts.subset_of is null as is_leaf,
    certified.amount_id is not null as certified,
    coalesce(certified.certifying_checks, 0)::integer as certifying_checks,
    amounts.page,
    amounts.x0,
    amounts.top,
    amounts.x1,
    amounts.bottom
from {{ ref('stg_budget__amounts') }} as amounts
inner join {{ ref('dim_document') }} as documents using (document_id)
left join {{ ref('int_leaves_withheld') }} as withheld using (amount_id)
left join {{ ref('int_amounts_certified') }} as certified using (amount_id)
where documents.status = 'published'
    and amounts.state in ('number', 'zero')
order by amounts.document_id, amounts.table_id, amounts.row_no, amounts.column_no
