-- Amount cells of the performance forms in the shape of table amounts: a form is a table, its section the subject
-- scheme, what a line is stands in the level. A line with a total column counts by that column alone.
with

cells as (
    select
        forms.document_id,
        forms.form_no,
        forms.form_kind,
        coalesce(forms.project_name, forms.organization_name) as form_name,
        amounts.* exclude (role, unit_factor),
        coalesce(
            amounts.role,
            (
                select min_by(items.role, items.item_order) from {{ ref('stg_rules__form_items') }} as items
                where items.section = amounts.section and amounts.item like items.wording
            ),
            'line'
        ) as role,
        amounts.state in ('blank', 'dash') as is_blank,
        amounts.state in ('text', 'unread') as is_unreadable,
        -- a zero needs no unit
        coalesce(
            amounts.unit_factor,
            case when bool_and(amounts.amount_yuan % 100 = 0) over (partition by amounts.form_id) then 10000 else 1 end
        ) as unit_factor
    from {{ ref('stg_budget__form_amounts') }} as amounts
    inner join {{ ref('stg_budget__forms') }} as forms using (form_id)
    where amounts.section <> 'head' or forms.form_kind = 'project'
),

described as (
    select
        *,
        bool_or(funding = 'all' and not is_blank) over (
            partition by form_id, section, line_no, amount_year
        ) and funding <> 'all' as is_part_of_line,
        -- a budget that only the funding block prints is the same cell
        section = 'head' and count(*) over (partition by form_id, page, x0, top) > 1 as is_shared_cell,
        -- forms print 62 for 62.00 万元
        max(case when unit_factor > 1 then greatest(printed_decimals, 2) else printed_decimals end)
            filter (state in ('number', 'zero')) over (partition by form_id, unit_factor) as decimals
    from cells
)

select
    described.form_amount_id as amount_id,
    case when described.section <> 'head' then described.form_amount_id end as form_amount_id,
    described.form_id,
    described.document_id,
    described.form_id as table_id,
    described.form_kind || '_form' as table_kind,
    described.form_kind || '_form#' || described.form_no as table_place,
    documents.fiscal_year,
    linked.organization_id,
    linked.project_key,
    case described.section when 'revenue' then 'revenue' when 'funding' then 'revenue' else 'expenditure' end as side,
    'form_' || described.section as subject_scheme,
    case when described.is_shared_cell then 'SHARED' end as subject_code,
    case when described.is_part_of_line then 'part' else described.role end as subject_level,
    described.funding as fund_source,
    'total' as fund_period,
    'all' as expenditure_type,
    'budget' as amount_basis,
    coalesce(described.amount_year, case when described.section = 'head' then documents.fiscal_year end) as amount_year,
    described.state,
    described.is_blank,
    described.is_unreadable,
    case when described.is_blank then 0 else described.amount_yuan end::decimal(20, 2) as value,
    case
        when described.is_blank or described.is_unreadable then 0
        -- yuan and fen are exact: nothing is rounded
        when described.unit_factor = 1 and described.decimals >= 2 then 0
        else described.unit_factor * ('0.' || repeat('0', described.decimals) || '5')::decimal(12, 10)
    end::decimal(20, 10) as half_unit,
    -- a line of a list speaks for itself
    concat_ws(' ', case when described.role <> 'line' then described.form_name end, described.item) as row_label,
    case when described.amount_year <> documents.fiscal_year then described.amount_year || '年' else '' end as column_words,
    described.item as column_label,
    nullif(described.printed_text, '') as printed_text,
    described.page,
    described.x0,
    described.top,
    described.x1,
    described.bottom,
    described.line_no as row_no,
    0 as block_no,
    0 as column_no
from described
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
left join {{ ref('int_forms_linked') }} as linked using (form_id)
