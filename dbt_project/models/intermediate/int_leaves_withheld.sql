-- Where rows are withheld the sum above them is the leaf, and what is printed below it is in no sum of leaves.
with recursive

pairs as (
    select wholes.amount_id as whole_id, parts.amount_id as part_id, wholes.check_id
    from {{ ref('int_check_terms_gathered') }} as wholes
    inner join {{ ref('int_check_terms_gathered') }} as parts using (check_id)
    inner join {{ ref('stg_rules__rules') }} as rules on wholes.rule_id = rules.rule_id
    where rules.place = 'children' and wholes.side = 'left' and parts.side = 'right'
),

unfilled as (
    select distinct pairs.whole_id
    from pairs
    inner join {{ ref('int_checks_evaluated') }} as checks using (check_id)
    where checks.outcome = 'accepted' and checks.reason = 'withheld'
),

below as (
    select part_id from pairs where whole_id in (select whole_id from unfilled)
    union
    select pairs.part_id from pairs inner join below on pairs.whole_id = below.part_id
)

select part_id as amount_id, false as is_leaf from below
union all
select whole_id, true from unfilled where whole_id not in (select part_id from below)
