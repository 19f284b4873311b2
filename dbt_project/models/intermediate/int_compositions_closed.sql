with recursive

closed as (
    select rule_id, dimension, whole, part from {{ ref('stg_rules__compositions') }}
    union
    select closed.rule_id, closed.dimension, closed.whole, finer.part
    from closed
    inner join {{ ref('stg_rules__compositions') }} as finer
        on closed.dimension = finer.dimension and closed.part = finer.whole
)

select rule_id, dimension, whole, part from closed
