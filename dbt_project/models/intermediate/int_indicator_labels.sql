-- What performance indicators say, beside what they say elsewhere: in the overall form, for the long term, in the years
-- before, by their own name.
with

forms as (
    select
        form_id, form_no, form_kind,
        -- a body's overall form stands before the forms of its projects
        count(*) filter (form_kind = 'overall') over (
            partition by document_id order by form_no rows between unbounded preceding and current row
        ) as family
    from {{ ref('stg_budget__forms') }}
),

indicators as materialized (
    select
        indicators.*,
        forms.form_no,
        forms.form_kind,
        forms.family,
        {{ letters('indicators.name') }} as name_key,
        case when indicators.comparator in ('>=', '>') then 'at_least' when indicators.comparator in ('<=', '<') then 'at_most' end
            as direction,
        case
            when indicators.value_unit in ('%', '‰') then 'percent'
            when indicators.value_unit is not null then 'count'
        end as measure,
        regexp_replace(
            regexp_replace(coalesce(indicators.value_unit, ''), '\s', '', 'g'), '^([千百]?[万亿])$', '\1元'
        ) as unit_key,
        coalesce(indicators.value_low, indicators.value_high) as number,
        -- 1 stands for 100 % where no unit is printed
        case
            when indicators.value_kind = 'qualitative' then {{ letters('indicators.value_text') }}
            else concat_ws(
                '-',
                (coalesce(indicators.value_low, indicators.value_high)
                    * case when indicators.value_unit is null and indicators.name like '%率' then 100 else 1 end)::double,
                -- 98 % to 100 % is at least 98 %
                case
                    when indicators.value_kind = 'range' and not (indicators.value_unit = '%' and indicators.value_high = 100)
                        then indicators.value_high::double
                end
            )
        end as value_key,
        concat_ws(
            ' ', indicators.name, indicators.value_text,
            case when indicators.value_role <> 'target' then '(' || coalesce(indicators.value_year::varchar, indicators.value_role) || ')' end
        ) as printed
    from {{ ref('stg_budget__indicators') }} as indicators
    inner join forms using (form_id)
    where indicators.value_role <> 'achieved'
),

sayings as materialized (
    -- words against words, numbers against numbers, at least against at least
    select
        indicators.*, form_kind || '_form' as source,
        case value_kind when 'qualitative' then 'indicator_words' else 'indicator_value' end as thing,
        concat_ws('/', family, coalesce(scope, '-'), value_role, name_key) as key,
        concat_ws(' ', value_key, unit_kind) as text
    from (
        select
            *,
            -- a unit that one of two leaves out is that of the other
            case when value_kind <> 'qualitative' then coalesce(
                nullif(unit_key, ''), min(nullif(unit_key, '')) over (partition by document_id, family, name_key), ''
            ) end as unit_kind
        from indicators
    ) as indicators
    union all by name
    select
        *, form_kind || '_form' as source, 'indicator_sign' as thing,
        concat_ws('/', family, coalesce(scope, '-'), value_role, name_key) as key, direction as text
    from indicators
    where direction is not null
    union all by name
    select
        *, case value_role when 'target' then 'target' else 'years_before' end as source, 'indicator_unit' as thing,
        concat_ws('/', form_no, coalesce(scope, '-'), goal_no, {{ letters("coalesce(level2, '')") }}, name_key) as key,
        unit_key as text
    from indicators
    where unit_key <> '' and value_kind <> 'qualitative'
    union all by name
    select
        *, scope as source, 'indicator_floor' as thing, concat_ws('/', form_no, name_key, unit_key) as key,
        value_key as text
    from indicators
    where value_role = 'target' and scope is not null
        and (direction = 'at_least' or comparator = '=' and level2_code = 'quantity' and value_low > 0)
    union all by name
    select
        *, scope as source, 'indicator_ceiling' as thing, concat_ws('/', form_no, name_key, unit_key) as key,
        value_key as text
    from indicators
    where value_role = 'target' and scope is not null and direction = 'at_most' and value_kind <> 'qualitative'
    union all by name
    select
        *, 'indicator' as source, 'indicator_direction' as thing,
        concat_ws('/', form_no, coalesce(scope, '-'), goal_no, name_key) as key, direction as text
    from indicators
    where direction is not null and value_kind <> 'qualitative'
    union all by name
    select
        *, 'indicator' as source, 'indicator_measure' as thing,
        concat_ws('/', form_no, coalesce(scope, '-'), goal_no, name_key) as key, measure as text
    from indicators
    where measure is not null
),

-- few names differ, however many papers there are
named as (
    select words.*, names.name_key
    from (select distinct name_key from indicators) as names
    inner join {{ ref('stg_rules__indicator_words') }} as words on regexp_matches(names.name_key, words.wording)
)

select
    document_id, source, thing, key, text, number, value_unit, printed, form_id, indicator_id, page, x0, top, x1, bottom
from sayings
union all by name
-- what the name of an indicator leads to expect
select
    sayings.document_id, 'indicator_name' as source, sayings.thing, sayings.key,
    min_by(words.expected, words.word_order) as text, min_by(words.note, words.word_order) as printed
from sayings
inner join named as words using (thing, name_key)
group by sayings.document_id, sayings.thing, sayings.key
