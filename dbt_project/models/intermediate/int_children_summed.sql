-- Which rows below sum up to which row above, cell by cell.
with recursive

amounts as materialized (
    select
        amount_id, table_id, row_no, block_no, column_no, parent_row_no, fiscal_year, signature, selector_key, place_path,
        is_blank, amount_year, {{ selector_columns() }},
        subject_scheme = 'three_public' and count(distinct subject_code) filter (subject_scheme = 'three_public')
            over (partition by table_id, row_no, signature) > 1 as is_three_public_row
    from {{ ref('int_amounts_located') }}
),

blocks as (
    select distinct table_id, side, block_no from amounts
),

-- A heading without any amount claims nothing: the rows below it answer to the next row above, in their own list where
-- that has one: lists beside each other share row numbers.
lines as (
    select
        table_id,
        side,
        blocks.block_no,
        amounts.row_no,
        case
            when bool_or(amounts.block_no = blocks.block_no)
                then min(amounts.parent_row_no) filter (amounts.block_no = blocks.block_no)
            else min(amounts.parent_row_no)
        end as parent_row_no,
        bool_and(amounts.is_blank) as is_silent
    from blocks
    inner join amounts using (table_id, side)
    group by all
),

climbs as (
    select distinct table_id, side, block_no, parent_row_no as from_row_no, parent_row_no as to_row_no
    from amounts
    where parent_row_no is not null
    union
    select climbs.table_id, climbs.side, climbs.block_no, climbs.from_row_no, lines.parent_row_no
    from climbs
    inner join lines
        on climbs.table_id = lines.table_id and climbs.side = lines.side and climbs.block_no = lines.block_no
        and climbs.to_row_no = lines.row_no
    where lines.is_silent and lines.parent_row_no is not null
),

claims as (
    select climbs.*
    from climbs
    inner join lines
        on climbs.table_id = lines.table_id and climbs.side = lines.side and climbs.block_no = lines.block_no
        and climbs.to_row_no = lines.row_no
    where not lines.is_silent
),

-- materialised, or else every cell of a table is joined to every other before the rows are looked at
children as materialized (
    select amounts.*, claims.to_row_no
    from amounts
    inner join claims
        on amounts.table_id = claims.table_id
        and amounts.side = claims.side
        and amounts.block_no = claims.block_no
        and amounts.parent_row_no = claims.from_row_no
    -- items of the three public expenses are composed by their own rule; here only units below each other
    where amounts.subject_scheme <> 'three_public' or amounts.is_three_public_row
),

pairs as (
    select
        children.amount_id as child_id,
        children.row_no as child_row_no,
        children.block_no as child_block_no,
        children.column_no as child_column_no,
        children.subject_scheme as child_scheme,
        children.selector_key as child_key,
        parents.amount_id as parent_id,
        parents.selector_key as parent_key,
        parents.fiscal_year as parent_year,
        -- two lists beside each other share row numbers: a code that is no beginning of the child's is the other list's
        coalesce(
            children.subject_scheme in ('function', 'economic', 'government_economic')
            and children.subject_scheme = parents.subject_scheme
            and not starts_with(children.subject_code, parents.subject_code),
            false
        ) as is_foreign_code,
        parents.is_blank as parent_is_blank,
        parents.column_no = children.column_no as same_column,
        parents.block_no = children.block_no as same_block,
        parents.signature = children.signature as same_signature,
        -- a list that goes on beside itself may have its total below its last part alone (`公用经费合计`)
        coalesce(
            parents.subject_scheme = 'flow' and parents.subject_code = 'GRAND_TOTAL'
            and parents.block_no = min(parents.block_no) filter (
                parents.block_no > children.block_no and not parents.is_blank
            ) over (partition by children.amount_id)
            and not bool_or(parents.block_no = children.block_no and not parents.is_blank)
                over (partition by children.amount_id),
            false
        ) as is_next_total,
        count(*) filter (not parents.is_blank) over (partition by children.amount_id) = 1
            and not parents.is_blank as is_only_claim,
        parents.column_no as parent_column_no
    from children
    inner join amounts as parents
        on children.table_id = parents.table_id
        and children.to_row_no = parents.row_no
        and children.side = parents.side
        and children.amount_basis = parents.amount_basis
        and children.amount_year is not distinct from parents.amount_year
        and children.amount_id <> parents.amount_id
),

matched as (
    select * from pairs
    where same_column or same_signature or is_next_total or is_only_claim
    qualify row_number() over (
        partition by child_id
        order by
            is_foreign_code, parent_is_blank, not same_column, not same_block, not same_signature, not is_next_total,
            parent_column_no
    ) = 1
),

-- one cell of a row answers to one cell above
answering as (
    select * from matched
    qualify row_number() over (
        partition by parent_id, child_row_no, child_block_no
        order by not same_signature, not same_column, child_column_no
    ) = 1
),

-- two breakdowns of one row (by function, by use) are two sums; one list that goes on beside itself is one
broken_down as materialized (
    select
        *,
        coalesce(
            min(child_scheme) filter (child_scheme <> 'flow') over (partition by parent_id, child_block_no), 'flow'
        ) as breakdown
    from answering
),

classes as (
    select distinct selector_key, {{ selector_columns() }} from amounts
),

left_fits as (
    select rules.rule_id, rules.rule_order, rules.first_year, classes.selector_key
    from {{ ref('stg_rules__rules') }} as rules
    inner join {{ ref('stg_rules__terms') }} as terms on rules.rule_id = terms.rule_id and terms.side = 'left'
    inner join classes on {{ selects('terms', 'classes') }}
    where rules.place = 'children'
),

right_fits as (
    select rules.rule_id, classes.selector_key
    from {{ ref('stg_rules__rules') }} as rules
    inner join {{ ref('stg_rules__terms') }} as terms on rules.rule_id = terms.rule_id and terms.side = 'right'
    inner join classes on {{ selects('terms', 'classes') }}
    where rules.place = 'children'
),

-- which rule a pair of classes answers to, where there is one below the other
kinds as (
    select distinct parent_key, child_key, parent_year from broken_down
),

kinds_ruled as (
    select
        kinds.parent_key,
        kinds.child_key,
        kinds.parent_year,
        min(left_fits.rule_order) as rule_order
    from kinds
    inner join left_fits on kinds.parent_key = left_fits.selector_key
    inner join right_fits
        on kinds.child_key = right_fits.selector_key and left_fits.rule_id = right_fits.rule_id
    where left_fits.first_year is null or kinds.parent_year is null or kinds.parent_year >= left_fits.first_year
    group by all
),

candidates as (
    select broken_down.parent_id, broken_down.breakdown, min_by(rules.rule_id, rules.rule_order) as rule_id
    from broken_down
    inner join kinds_ruled
        on broken_down.parent_key = kinds_ruled.parent_key
        and broken_down.child_key = kinds_ruled.child_key
        and broken_down.parent_year is not distinct from kinds_ruled.parent_year
    inner join {{ ref('stg_rules__rules') }} as rules using (rule_order)
    group by all
),

placed as (
    select
        candidates.rule_id,
        parents.place_path || '/' || candidates.breakdown as place,
        broken_down.parent_id,
        broken_down.child_id
    from broken_down
    inner join candidates
        on broken_down.parent_id = candidates.parent_id and broken_down.breakdown = candidates.breakdown
    inner join amounts as parents on broken_down.parent_id = parents.amount_id
    -- one line alone below a line of revenue is a part of it (`其中：政府性基金`), as one column is
    qualify broken_down.breakdown <> 'fund_source'
        or count(*) over (partition by broken_down.parent_id, broken_down.breakdown) > 1
)

select rule_id, place, 'right' as side, 1::decimal(9, 4) as weight, child_id as amount_id, 'row' as labelled_by
from placed
union all
select distinct rule_id, place, 'left', 1::decimal(9, 4), parent_id, 'both'
from placed
