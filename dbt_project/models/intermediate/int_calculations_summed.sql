-- Rules about the 测算依据: a piece claims what its factors give (place `piece`), a subtotal or heading is the sum of its
-- pieces (place `pieces`), a line's amount is the sum of its basis (place `basis`).
with

calculations as (
    select * from {{ ref('int_calculations_located') }}
),

terms as (
    select terms.*, rules.place as rule_place
    from {{ ref('stg_rules__terms') }} as terms
    inner join {{ ref('stg_rules__rules') }} as rules using (rule_id)
    where rules.place in ('piece', 'pieces', 'basis')
),

claims as (
    select terms.rule_id, terms.rule_place, terms.weight, calculations.*
    from terms
    inner join calculations on {{ selects('terms', 'calculations') }}
    where terms.side = 'left' and calculations.subject_scheme = 'basis'
),

given as (
    select claims.rule_id, claims.amount_id as claim_id, terms.weight, calculations.amount_id
    from claims
    inner join calculations
        on claims.calculation_id = calculations.calculation_id and calculations.subject_scheme = 'basis_given'
    inner join terms on claims.rule_id = terms.rule_id and terms.side = 'right'
    where claims.rule_place = 'piece'
),

-- what a piece adds to a sum: its claim, or what its factors give where it claims nothing
addends as (
    select *
    from calculations
    where is_last_result and kind not in ('breakdown', 'restated')
    qualify row_number() over (partition by calculation_id order by subject_scheme) = 1
),

parts as (
    select
        claims.rule_id, claims.amount_id as claim_id, claims.kind as whole_kind, terms.weight, addends.amount_id,
        addends.kind
    from claims
    inner join addends
        on claims.form_id = addends.form_id
        and claims.section = addends.section
        and claims.line_no = addends.line_no
        and claims.piece_no = case claims.kind when 'subtotal' then addends.subtotal_no else addends.heading_no end
    inner join terms on claims.rule_id = terms.rule_id and terms.side = 'right'
    where claims.rule_place = 'pieces'
    window whole as (partition by claims.rule_id, claims.amount_id)
    -- one plain amount behind a heading may be one of many things it is for
    qualify claims.kind = 'subtotal' or count(*) over whole > 1 or bool_or(addends.kind = 'calculation') over whole
),

lines as (
    select
        terms.rule_id,
        terms.weight,
        amounts.amount_id,
        amounts.form_id,
        replace(amounts.subject_scheme, 'form_', '') as section,
        amounts.row_no as line_no,
        amounts.value,
        amounts.table_place
    from terms
    inner join {{ ref('int_form_amounts_located') }} as amounts on {{ selects('terms', 'amounts') }}
    where terms.rule_place = 'basis' and terms.side = 'left' and amounts.state = 'number'
        and amounts.amount_year is not null
),

-- The ways a basis may be meant to add up. Only pieces outside of brackets count.
readings as (
    select
        addends.*,
        unnest(list_filter([
            case when subtotal_no is null and heading_no is null then 'pieces' end,
            case when kind in ('calculation', 'amount') then 'leaves' end,
            case when kind = 'subtotal' and subtotal_no is null then 'subtotals' end,
            case when kind = 'heading' then 'headings' end
        ], lambda way: way is not null)) as way
    from addends
    where not is_bracketed
),

totals as (
    select
        readings.form_id, readings.section, readings.line_no, readings.way,
        sum(readings.value) as total,
        list(readings.amount_id) as amount_ids
    from readings
    group by all
),

-- amounts in yuan among words may be prices: alone they are no basis that adds up
telling as (
    select form_id, section, line_no
    from readings
    group by all
    having bool_or(kind <> 'amount') or bool_and(printed_unit <> '元')
),

-- the reading that fits best: a basis is off only where none fits
meant as (
    select lines_summed.*, totals.amount_ids
    from (
        select rule_id, form_id, section, line_no, any_value(table_place) as table_place, sum(value) as value
        from lines
        group by all
    ) as lines_summed
    inner join telling using (form_id, section, line_no)
    inner join totals using (form_id, section, line_no)
    qualify row_number() over (
        partition by rule_id, form_id, section, line_no
        order by abs(totals.total - lines_summed.value), list_position(['pieces', 'subtotals', 'headings', 'leaves'], way)
    ) = 1
),

found as (
    select rule_id, claim_id, 'right' as side, weight, amount_id from given
    union all
    select rule_id, claim_id, 'right', weight, amount_id from parts
)

select
    claims.rule_id,
    concat_ws('/', claims.table_place, claims.line_no, claims.block_no) as place,
    found.side,
    found.weight,
    found.amount_id,
    'column' as labelled_by
from found
inner join claims on found.rule_id = claims.rule_id and found.claim_id = claims.amount_id
union all
select distinct
    claims.rule_id, concat_ws('/', claims.table_place, claims.line_no, claims.block_no), 'left', claims.weight,
    claims.amount_id, 'row'
from claims
where (claims.rule_id, claims.amount_id) in (select (rule_id, claim_id) from found)
union all
select
    lines.rule_id, concat_ws('/', lines.table_place, lines.section, lines.line_no), 'left', lines.weight,
    lines.amount_id, 'row'
from lines
inner join meant using (rule_id, form_id, section, line_no)
union all
select
    meant.rule_id, concat_ws('/', meant.table_place, meant.section, meant.line_no), 'right', terms.weight,
    unnest(meant.amount_ids), 'column'
from meant
inner join terms on meant.rule_id = terms.rule_id and terms.side = 'right'
