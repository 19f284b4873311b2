-- Which columns of one printed row sum up to which: the nearest finer ones that are printed, in one dimension
-- at a time. Fund source and fund period are taken together, since tables nest one in the other.
with

amounts as (
    select
        *,
        concat_ws(
            '|', table_id, table_kind, row_no, block_no, side, subject_scheme, coalesce(subject_code, '-'),
            coalesce(subject_name, '-'), coalesce(project_name, '-'), amount_basis, coalesce(amount_year::varchar, '-')
        ) as row_key,
        bool_or(side = 'revenue') over (partition by table_id, row_no, block_no) as row_has_revenue
    from {{ ref('int_amounts_located') }}
    -- a column that is only a part of the one beside it is in no sum
    where subset_of is null
),

-- a subtotal column stands left of the detail that is coded the same
columns as (
    select * from amounts
    qualify row_number() over (
        partition by row_key, fund_source, fund_period, expenditure_type order by column_no
    ) = 1
),

closed as (
    select * from {{ ref('int_compositions_closed') }}
),

type_pairs as (
    select wholes.amount_id as whole_id, parts.amount_id as part_id, closed.rule_id
    from columns as wholes
    inner join columns as parts
        on wholes.row_key = parts.row_key
        and wholes.fund_source = parts.fund_source
        and wholes.fund_period = parts.fund_period
    inner join closed
        on closed.dimension = 'expenditure_type'
        and wholes.expenditure_type = closed.whole
        and parts.expenditure_type = closed.part
    -- beside a revenue column the total is this year's expenditure, and what is carried forward stands apart
    where not (parts.expenditure_type = 'carry_forward' and parts.row_has_revenue)
),

fund_pairs as (
    select
        wholes.amount_id as whole_id,
        parts.amount_id as part_id,
        parts.fund_source,
        parts.fund_period,
        wholes.fund_source = parts.fund_source as same_fund,
        wholes.fund_period = parts.fund_period as same_period,
        max(funds.rule_id) over (partition by wholes.amount_id) as fund_rule_id,
        max(periods.rule_id) over (partition by wholes.amount_id) as period_rule_id
    from columns as wholes
    inner join columns as parts
        on wholes.row_key = parts.row_key
        and wholes.expenditure_type = parts.expenditure_type
        and wholes.amount_id <> parts.amount_id
    left join closed as funds
        on funds.dimension = 'fund_source'
        and wholes.fund_source = funds.whole and parts.fund_source = funds.part
    left join closed as periods
        on periods.dimension = 'fund_period'
        and wholes.fund_period = periods.whole and parts.fund_period = periods.part
    where (wholes.fund_source = parts.fund_source or funds.part is not null)
        and (wholes.fund_period = parts.fund_period or periods.part is not null)
),

-- One column of carry-over (`上年结转`) is the sum of others only where they list the appropriation, which every
-- department has: `上年实户资金余额` alone beside it is a second carry-over.
fund_pairs_listed as (
    select * from fund_pairs
    qualify not (same_period and not same_fund and fund_period = 'carry_over')
        or bool_or(
            fund_period = 'carry_over' and (
                fund_source = 'appropriation'
                or fund_source in (select part from closed where whole = 'appropriation')
            )
        ) over (partition by whole_id, same_period)
),

nearest_types as (
    select pairs.* from type_pairs as pairs
    where not exists (
        select 1 from type_pairs as upper_part
        inner join type_pairs as lower_part on upper_part.part_id = lower_part.whole_id
        where upper_part.whole_id = pairs.whole_id and lower_part.part_id = pairs.part_id
    )
),

nearest_funds as (
    select pairs.* from fund_pairs_listed as pairs
    where not exists (
        select 1 from fund_pairs_listed as upper_part
        inner join fund_pairs_listed as lower_part on upper_part.part_id = lower_part.whole_id
        where upper_part.whole_id = pairs.whole_id and lower_part.part_id = pairs.part_id
    )
),

-- `本年 | 结转` beside `财政专户 | 单位资金` are parts of one sum; beside a full list of funds they are a second sum.
-- A full list is told by the appropriation in it, which every department has.
arranged as (
    select
        *,
        same_period and not same_fund as is_fund,
        bool_or(same_fund and not same_period) over (partition by whole_id) as has_periods,
        bool_or(
            same_period and not same_fund
            and (
                fund_source = 'appropriation'
                or fund_source in (select part from closed where whole = 'appropriation')
            )
        ) over (partition by whole_id) as has_full_funds,
        bool_or(fund_period = 'current_year') over (partition by whole_id) as has_current_year
    from nearest_funds
),

parts as (
    select whole_id, part_id, false as is_period, rule_id from nearest_types
    union all
    select
        whole_id,
        part_id,
        -- a column of carry-over alone does not say what the rest of the total is
        same_fund and not same_period and has_current_year as is_period,
        case
            when not has_periods then coalesce(fund_rule_id, period_rule_id)
            -- beside a column of carry-over, and none of the current year, the funds are the current year's
            when not has_current_year then period_rule_id
            when has_full_funds and is_fund then fund_rule_id
            else period_rule_id
        end as rule_id
    from arranged
),

-- one part alone is no breakdown (`合计 | 其中：财政拨款`), but where nothing is carried over, the current year is the total
breakdowns as (
    select * from parts
    qualify count(*) over (partition by whole_id, rule_id) > 1 or is_period
),

placed as (
    select breakdowns.*, located.place_path
    from breakdowns
    inner join {{ ref('int_amounts_located') }} as located on breakdowns.whole_id = located.amount_id
)

select
    rule_id,
    place_path as place,
    'right' as side,
    1::decimal(9, 4) as weight,
    part_id as amount_id,
    'column' as labelled_by
from placed
union all
select distinct rule_id, place_path, 'left', 1::decimal(9, 4), whole_id, 'both'
from placed
