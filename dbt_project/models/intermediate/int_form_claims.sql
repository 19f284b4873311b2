-- What the running text says of the performance forms, in the shape of amounts: the money of the projects with goals,
-- where the text names one amount of it alone.
select
    'forms/' || statements.statement_id as amount_id,
    statements.document_id,
    statements.document_id || '/text' as table_id,
    'running_text' as table_kind,
    'running_text' as table_place,
    documents.fiscal_year,
    'expenditure' as side,
    'form_claim' as subject_scheme,
    'projects' as subject_level,
    'all' as fund_source,
    'total' as fund_period,
    'all' as expenditure_type,
    'budget' as amount_basis,
    documents.fiscal_year as amount_year,
    'number' as state,
    false as is_blank,
    false as is_unreadable,
    statements.value::decimal(20, 2) as value,
    -- claims are printed to the hundredth of 万元
    case statements.unit when '元' then 0 else 50 end::decimal(20, 10) as half_unit,
    replace(statements.subject, '/', ' ') as row_label,
    '' as column_words,
    statements.subject as column_label,
    statements.page,
    statements.x0,
    statements.top,
    statements.x1,
    statements.bottom,
    0 as row_no,
    0 as block_no,
    0 as column_no
from {{ ref('stg_budget__statements') }} as statements
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
where statements.measure = 'amount'
    and regexp_matches(split_part(statements.section, '/', -1), '绩效')
    and regexp_matches(statements.quote, '项目.*绩效|绩效.*项目')
    and try_cast(statements.period as integer) is not distinct from documents.fiscal_year
qualify count(*) over (partition by statements.document_id) = 1
