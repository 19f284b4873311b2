-- The amount that a claim of the running text must agree with, or the amounts that make it up: of those it can mean the
-- one that does, or else the first. Where they differ among themselves and none agrees, what it means is not known.
with

meant as (
    select
        named.statement_id,
        named.document_id,
        named.rule_id,
        case named.gather when 'each' then named.table_id else named.amount_id end as option,
        any_value(named.is_named and named.gather = 'one') as is_named,
        list(named.amount_id) as amount_ids,
        sum(named.value) as value,
        sum(named.half_unit) as half_unit,
        min((named.table_preference, named.page, named.row_no, named.column_no)) as place
    from {{ ref('int_text_subjects_named') }} as named
    where named.role = 'claim' and named.tier = 1
    group by all
),

compared as (
    select
        meant.*,
        coalesce(abs(meant.value - statements.value) <= meant.half_unit + statements.half_unit, false) as agrees,
        count(distinct meant.value) over (partition by meant.statement_id) as values_meant
    from meant
    inner join {{ ref('int_statements_located') }} as statements on meant.statement_id = statements.amount_id
)

select
    statement_id,
    document_id,
    rule_id,
    amount_ids,
    case
        when not agrees and values_meant > case when is_named then 1 else 2 end
            then 'it can mean ' || values_meant || ' different amounts'
    end as unmet_condition
from compared
qualify row_number() over (partition by statement_id order by agrees desc, place) = 1
