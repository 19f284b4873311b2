-- Amounts of the performance forms in the shape of table amounts: a form is a table, its section the subject scheme,
-- what a line is stands in the level. A line with a total column counts by that column alone.
with

lines as (
    select
        forms.document_id,
        forms.form_id,
        forms.form_no,
        forms.form_kind,
        coalesce(forms.project_name, forms.organization_name) as form_name,
        amounts.form_amount_id as amount_id,
        amounts.form_amount_id,
        amounts.section,
        amounts.line_no,
        amounts.item,
        coalesce(
            (
                select min_by(items.role, items.item_order) from {{ ref('stg_rules__form_items') }} as items
                where items.section = amounts.section and amounts.item like items.wording
            ),
            'line'
        ) as role,
        amounts.funding,
        amounts.amount_year,
        amounts.amount_yuan,
        amounts.page,
        bool_or(amounts.funding = 'all') over (
            partition by amounts.form_id, amounts.section, amounts.line_no, amounts.amount_year
        ) and amounts.funding <> 'all' as is_part_of_line
    from {{ ref('stg_budget__form_amounts') }} as amounts
    inner join {{ ref('stg_budget__forms') }} as forms using (form_id)
    where amounts.amount_yuan is not null
),

heads as (
    select
        document_id, form_id, form_no, form_kind, coalesce(project_name, organization_name) as form_name,
        md5(form_id || '/head/' || role) as amount_id,
        'head' as section, 0 as line_no, item, role, 'all' as funding,
        project_year as amount_year, amount_yuan, page, false as is_part_of_line
    from (
        select *, 'year_budget' as role, '当年预算' as item, year_budget_yuan as amount_yuan
        from {{ ref('stg_budget__forms') }}
        union all
        select *, 'total_budget', '项目总预算', total_budget_yuan from {{ ref('stg_budget__forms') }}
    )
    where form_kind = 'project' and amount_yuan is not null
),

printed as (
    select * from lines
    union all by name
    select * from heads
),

-- forms do not say how finely they print: to the fen of a yuan, or to the hundredth of ten thousand
units as (
    select form_id, case when bool_and(amount_yuan % 100 = 0) then 50 else 0 end as half_unit
    from printed
    group by form_id
)

select
    printed.amount_id,
    printed.form_amount_id,
    printed.form_id,
    printed.document_id,
    printed.form_id as table_id,
    printed.form_kind || '_form' as table_kind,
    printed.form_kind || '_form#' || printed.form_no as table_place,
    documents.fiscal_year,
    linked.organization_id,
    linked.project_key,
    case printed.section when 'revenue' then 'revenue' when 'funding' then 'revenue' else 'expenditure' end as side,
    'form_' || printed.section as subject_scheme,
    null::varchar as subject_code,
    case when printed.is_part_of_line then 'part' else printed.role end as subject_level,
    printed.funding as fund_source,
    'total' as fund_period,
    'all' as expenditure_type,
    'budget' as amount_basis,
    coalesce(printed.amount_year, case when printed.section = 'head' then documents.fiscal_year end) as amount_year,
    case when printed.amount_yuan = 0 then 'zero' else 'number' end as state,
    false as is_blank,
    false as is_unreadable,
    printed.amount_yuan as value,
    units.half_unit::decimal(20, 10) as half_unit,
    -- a line of a list speaks for itself
    concat_ws(' ', case when printed.role <> 'line' then printed.form_name end, printed.item) as row_label,
    case when printed.amount_year <> documents.fiscal_year then printed.amount_year || '年' else '' end as column_words,
    printed.item as column_label,
    null::varchar as printed_text,
    printed.page,
    printed.line_no as row_no,
    0 as block_no,
    0 as column_no
from printed
inner join units using (form_id)
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
left join {{ ref('int_forms_linked') }} as linked using (form_id)
