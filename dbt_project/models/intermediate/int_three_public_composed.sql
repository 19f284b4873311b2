-- The items of the three public expenses stand beside each other in one row, or below each other in one column.
with

amounts as (
    select
        *,
        concat_ws('|', table_id, signature, coalesce(organization_id, '-')) as list_key,
        count(distinct subject_code) over (partition by table_id, row_no, signature) > 1 as is_row
    from {{ ref('int_amounts_located') }}
    where table_kind = 'three_public'
        and (subject_scheme = 'three_public' or (subject_scheme = 'flow' and subject_code = 'GRAND_TOTAL'))
),

items as (
    select *, list_key || case when is_row then '|' || row_no else '' end as place_key
    from amounts
    qualify row_number() over (partition by place_key, subject_code order by row_no, column_no) = 1
),

pairs as (
    select wholes.amount_id as whole_id, parts.amount_id as part_id, closed.rule_id, wholes.place_path
    from items as wholes
    inner join items as parts on wholes.place_key = parts.place_key
    inner join {{ ref('int_compositions_closed') }} as closed
        on closed.dimension = 'three_public'
        and wholes.subject_code = closed.whole
        and parts.subject_code = closed.part
),

nearest as (
    select pairs.* from pairs
    where not exists (
        select 1 from pairs as upper_part
        inner join pairs as lower_part on upper_part.part_id = lower_part.whole_id
        where upper_part.whole_id = pairs.whole_id and lower_part.part_id = pairs.part_id
    )
    qualify count(*) over (partition by pairs.whole_id) > 1
)

select
    rule_id,
    place_path as place,
    'right' as side,
    1::decimal(9, 4) as weight,
    part_id as amount_id,
    'row' as labelled_by
from nearest
union all
select distinct rule_id, place_path, 'left', 1::decimal(9, 4), whole_id, 'row'
from nearest
