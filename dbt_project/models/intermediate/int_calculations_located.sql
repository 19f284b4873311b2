-- The arithmetic of the forms' 测算依据 in the shape of amounts: what a piece claims (scheme basis) and what its factors
-- give (scheme basis_given), the kind of the piece in the level. A form and section is a table, a piece is a block.
with

pieces as (
    select
        calculations.*,
        forms.document_id,
        forms.form_no,
        forms.form_kind,
        lines.item,
        lines.half_of_last_digit,
        -- decimals as printed; an integer is exact to the decimals beside it, or to a tenth
        case
            when calculations.printed_decimals > 0 then calculations.printed_decimals
            else greatest(1, max(calculations.printed_decimals) over (
                partition by calculations.form_id, calculations.section, calculations.line_no, calculations.unit_factor
            ))
        end as decimals
    from {{ ref('stg_budget__calculations') }} as calculations
    inner join {{ ref('stg_budget__forms') }} as forms using (form_id)
    left join (
        select
            form_id, section, line_no,
            any_value(item) as item,
            max(unit_factor * ('0.' || repeat('0', printed_decimals) || '5')::decimal(12, 10))
                filter (state = 'number') as half_of_last_digit
        from {{ ref('stg_budget__form_amounts') }}
        group by all
    ) as lines using (form_id, section, line_no)
    where calculations.kind <> 'rate'
),

sides as (
    select
        *, calculation_id as amount_id, 'basis' as scheme, claimed_yuan as yuan,
        case
            when unit_factor > 1 then unit_factor * ('0.' || repeat('0', least(decimals, 8)) || '5')::decimal(12, 10)
            else 0
        end as half
    from pieces
    where claimed_yuan is not null
    union all by name
    select
        *, calculation_id || '=' as amount_id, 'basis_given' as scheme, computed_yuan as yuan,
        -- a result that is not printed was rounded to what the line prints
        case when claimed_yuan is null then coalesce(half_of_last_digit, 0) else 0 end as half
    from pieces
    where computed_yuan is not null
)

select
    sides.amount_id,
    sides.calculation_id,
    sides.form_id,
    sides.document_id,
    sides.form_id || '/' || sides.section as table_id,
    sides.form_kind || '_form' as table_kind,
    sides.form_kind || '_form#' || sides.form_no || '/' || sides.section as table_place,
    documents.fiscal_year,
    linked.organization_id,
    linked.project_key,
    'expenditure' as side,
    sides.scheme as subject_scheme,
    null::varchar as subject_code,
    sides.kind as subject_level,
    'all' as fund_source,
    'total' as fund_period,
    'all' as expenditure_type,
    'budget' as amount_basis,
    documents.fiscal_year as amount_year,
    case when sides.yuan = 0 then 'zero' else 'number' end as state,
    false as is_blank,
    false as is_unreadable,
    sides.yuan::decimal(20, 2) as value,
    sides.half::decimal(20, 10) as half_unit,
    sides.item || '：' || sides.text as row_label,
    '' as column_words,
    case sides.scheme when 'basis_given' then '按算式 ' else '' end || sides.text as column_label,
    sides.text as printed_text,
    sides.page,
    sides.x0,
    sides.top,
    sides.x1,
    sides.bottom,
    sides.section,
    sides.line_no as row_no,
    100 * sides.piece_no + sides.result_no as block_no,
    100 * sides.piece_no + sides.result_no as column_no,
    sides.kind,
    sides.line_no,
    sides.piece_no,
    sides.result_no = max(sides.result_no) over (partition by sides.form_id, sides.section, sides.line_no, sides.piece_no)
        as is_last_result,
    sides.subtotal_no,
    sides.heading_no,
    sides.is_bracketed,
    sides.printed_unit
from sides
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
left join {{ ref('int_forms_linked') }} as linked using (form_id)
