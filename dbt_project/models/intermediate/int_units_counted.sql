-- How many units the tables of a paper list: all of them, and those below the department's own office (本级).
with

units as (
    select
        document_id,
        count(*) as units,
        count(*) filter (regexp_matches(organizations.name, '(本级|机关|本部)$')) as offices
    from {{ ref('stg_budget__organizations') }} as organizations
    where level = 'unit' and code is not null
    group by all
),

counted as (
    select document_id, 'all' as meaning, units as value, '表中所列单位（家）' as label from units
    union all
    select document_id, 'subordinate', units - offices, '表中所列下属单位（家）' from units where offices = 1
)

select md5(document_id || '/units/' || meaning) as amount_id, document_id, meaning, value::decimal(20, 2) as value, label
from counted
