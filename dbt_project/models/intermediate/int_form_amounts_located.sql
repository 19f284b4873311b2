-- Amount cells of the performance forms in the shape of table amounts: a form is a table, its section the subject
-- scheme, what a line is stands in the level. A line with a total column counts by that column alone. A printed share
-- (占比) of a total is an amount too: that share of it.
with

cells as (
    select
        forms.document_id,
        forms.form_no,
        forms.form_kind,
        coalesce(forms.project_name, forms.organization_name) as form_name,
        forms.project_name,
        amounts.* exclude (role, unit_factor),
        coalesce(
            amounts.role,
            (
                select min_by(items.role, items.item_order) from {{ ref('stg_rules__form_items') }} as items
                where items.section = amounts.section and amounts.item like items.wording
            ),
            'line'
        ) as role,
        (
            select min_by(items.role, items.item_order) from {{ ref('stg_rules__form_items') }} as items
            where items.section = 'category' and amounts.category like items.wording
        ) as category_role,
        amounts.state in ('blank', 'dash') as is_blank,
        amounts.state in ('text', 'unread') as is_unreadable,
        -- a zero needs no unit
        coalesce(
            amounts.unit_factor,
            case when bool_and(amounts.amount_yuan % 100 = 0) over (partition by amounts.form_id) then 10000 else 1 end
        ) as unit_factor
    from {{ ref('stg_budget__form_amounts') }} as amounts
    inner join {{ ref('stg_budget__forms') }} as forms using (form_id)
    -- what a self-evaluation says was spent is no part of a budget
    where (amounts.section <> 'head' or forms.form_kind = 'project') and amounts.amount_basis = 'budget'
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
    -- a blank column beside a filled one says nothing of the line
    qualify not is_blank or bool_and(is_blank) over (partition by form_id, section, line_no, amount_year)
),

-- the cost item that a purchase is a part of: the only one whose basis names all its quantities
purchases as (
    select purchases.form_id, purchases.line_no, items.line_no as item_line_no
    from (
        select distinct form_id, line_no, regexp_extract_all(replace(quantity_text, ' ', ''), '\d+(?:\.\d+)?\p{Han}+') as quantities
        from cells
        where section = 'procurement' and quantity_text is not null
    ) as purchases
    inner join (
        select distinct form_id, line_no, regexp_replace(basis_text, '\s', '', 'g') as basis
        from cells
        where section = 'cost_item' and basis_text is not null
    ) as items using (form_id)
    where len(purchases.quantities) > 0
        and list_bool_and(list_transform(purchases.quantities, lambda quantity: contains(items.basis, quantity)))
    qualify count(*) over (partition by purchases.form_id, purchases.line_no) = 1
),

-- papers in which every unit of the tables has an overall form
complete as (
    select forms.document_id
    from {{ ref('stg_budget__forms') }} as forms
    left join {{ ref('int_forms_linked') }} as linked using (form_id)
    where forms.form_kind = 'overall'
    group by forms.document_id
    having count(distinct linked.organization_id) > 1
        and count(distinct linked.organization_id) >= (
            select count(*) from {{ ref('stg_budget__organizations') }} as organizations
            where organizations.document_id = forms.document_id and organizations.level = 'unit'
        )
),

shares as (
    select
        shared.* replace (
            shared.form_amount_id || '%' as form_amount_id,
            'share' as section,
            'share' as role,
            regexp_replace(shared.share_percent::varchar, '\.?0+$', '') || '% × ' || totals.item as item,
            (totals.amount_yuan * shared.share_percent / 100)::decimal(20, 2) as amount_yuan,
            null as printed_text
        ),
        shared.section as shared_section,
        totals.amount_yuan * case
            when max(shared.share_percent % 1) over (partition by shared.form_id) = 0 then 0.005
            when max(shared.share_percent * 10 % 1) over (partition by shared.form_id) = 0 then 0.0005
            else 0.00005
        end as half_share
    from described as shared
    inner join described as totals
        on shared.form_id = totals.form_id
        and shared.section = totals.section
        and shared.amount_year is not distinct from totals.amount_year
        and totals.role = 'total'
        and totals.state = 'number'
    where shared.share_percent is not null and shared.role not in ('total', 'part') and shared.state in ('number', 'zero')
),

all_described as (
    select *, section as shared_section, null::double as half_share from described
    union all by name
    select * from shares
)

select
    described.form_amount_id as amount_id,
    case when described.section not in ('head', 'share') then described.form_amount_id end as form_amount_id,
    described.form_id,
    described.document_id,
    described.form_id as table_id,
    described.form_kind || '_form' as table_kind,
    described.form_kind || '_form#' || described.form_no as table_place,
    documents.fiscal_year,
    linked.organization_id,
    -- without a row in the project table, a name that is the same
    case
        when described.section = 'project_list' then coalesce(listed.project_key, {{ letters('described.item') }})
        else coalesce(linked.project_key, {{ letters('described.project_name') }})
    end as project_key,
    case described.section when 'revenue' then 'revenue' when 'funding' then 'revenue' else 'expenditure' end as side,
    'form_' || described.section as subject_scheme,
    case
        when described.is_shared_cell then 'SHARED'
        when described.section = 'project_list' then described.category_role
        when described.section = 'cost_item' then 'LINE ' || described.line_no
        when described.section = 'procurement' then 'LINE ' || purchases.item_line_no
        when described.section = 'revenue' and complete.document_id is not null then 'EACH_UNIT'
    end as subject_code,
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
        when described.section = 'share' then described.half_share
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
    case described.shared_section when 'revenue' then 1 when 'expenditure' then 2 else 0 end as block_no,
    0 as column_no
from all_described as described
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
left join {{ ref('int_forms_linked') }} as linked using (form_id)
-- the section is a column of what is joined: as a condition on one side alone it would compare all lines with all
left join (
    select *, 'project_list' as section from {{ ref('int_projects_linked') }} where not is_by_amount
) as listed
    on described.form_id = listed.form_id and described.section = listed.section and described.line_no = listed.line_no
left join (select *, 'procurement' as section from purchases) as purchases
    on described.form_id = purchases.form_id and described.section = purchases.section and described.line_no = purchases.line_no
left join complete on described.document_id = complete.document_id
