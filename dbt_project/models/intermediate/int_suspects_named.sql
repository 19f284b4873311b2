-- Which one cell of a broken identity is likely wrong, and what it should say: the cell whose one change closes more
-- identities than it breaks, and more than any other cell of this identity does.
with

checks as (
    select check_id, document_id, outcome, relation, difference, tolerance
    from {{ ref('int_checks_evaluated') }}
    where outcome in ('pass', 'rounding', 'fail')
        -- a rate does not move in step with what it is made of
        and relation <> '%'
        and document_id in (select document_id from {{ ref('int_checks_evaluated') }} where outcome = 'fail')
),

cells as (
    select check_id, amount_id, any_value(value) as value, sum(case side when 'left' then weight else -weight end) as factor
    from {{ ref('int_check_terms_gathered') }}
    where check_id in (select check_id from checks)
    group by all
    having sum(case side when 'left' then weight else -weight end) <> 0
),

changes as (
    select distinct
        cells.amount_id,
        cells.value,
        (-checks.difference / cells.factor)::decimal(20, 2) as change
    from cells
    inner join checks using (check_id)
    where checks.outcome = 'fail' and checks.relation = '='
),

effects as (
    select
        changes.amount_id,
        changes.value,
        changes.change,
        cells.check_id,
        checks.outcome = 'fail' as is_broken,
        case checks.relation
            when '=' then abs(checks.difference + cells.factor * changes.change) <= checks.tolerance
            else checks.difference + cells.factor * changes.change >= -checks.tolerance
        end as holds_after
    from changes
    inner join cells using (amount_id)
    inner join checks using (check_id)
),

weighed as (
    select
        *,
        count(*) filter (is_broken and holds_after) over by_change
            - count(*) filter (not is_broken and not holds_after) over by_change as gain
    from effects
    window by_change as (partition by amount_id, change)
),

ranked as (
    select
        *,
        rank() over (partition by check_id order by gain desc) as place,
        count(*) over (partition by check_id, gain) as equals
    from weighed
    where is_broken and holds_after
)

select check_id, amount_id, (value + change)::decimal(20, 2) as proposed_value, gain::integer as gain
from ranked
where place = 1 and equals = 1 and gain >= 1
