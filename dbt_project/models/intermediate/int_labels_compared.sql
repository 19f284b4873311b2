-- Rules of place `label`: what is said left must be said right, of the same thing in the same paper; where the relation
-- is `>=`, a number left must be at least the one right.
with

labels as (
    select
        *, null::double as number, null::varchar as value_unit, null::varchar as form_id, null::varchar as indicator_id
    from {{ ref('int_code_labels') }}
    union all by name
    select * from {{ ref('int_form_labels') }}
    union all by name
    select * from {{ ref('int_indicator_labels') }}
),

-- few sources and things differ, however many papers there are
terms as (
    select distinct rules.rule_id, rules.relation, terms.side, classes.thing, classes.source
    from {{ ref('stg_rules__rules') }} as rules
    inner join {{ ref('stg_rules__terms') }} as terms using (rule_id)
    inner join (select distinct thing, source from labels) as classes
        on list_contains(string_split(terms.subject_scheme, '|'), classes.thing)
        and (terms.table_kind is null or list_contains(string_split(terms.table_kind, '|'), classes.source))
        -- a table is meant where no source is named
        and (terms.table_kind is not null or classes.source not in ('code_list', 'most_tables', 'indicator_name', 'running_text'))
    where rules.place = 'label'
),

sides as materialized (
    select terms.rule_id, terms.relation, terms.side, labels.*
    from labels
    inner join terms using (thing, source)
),

met as (
    select
        rule_id,
        document_id,
        thing || '/' || key as place,
        list(distinct text) filter (side = 'left') as left_texts,
        list(distinct text) filter (side = 'right') as right_texts,
        max(number) filter (side = 'left') as left_number,
        min(number) filter (side = 'right') as right_number,
        any_value(relation) as relation
    from sides
    group by all
    having bool_or(side = 'left') and bool_or(side = 'right')
),

judged as (
    select
        *,
        case when relation = '=' and starts_with(place, 'indicator_words') then 'words' else relation end as comparison,
        case comparison
            when '>=' then left_number >= right_number
            -- 提升, 得到提升
            when 'words' then len(list_filter(
                left_texts,
                lambda left_text: not list_bool_or(list_transform(
                    right_texts, lambda right_text: contains(left_text, right_text) or contains(right_text, left_text)
                ))
            )) = 0
            else list_has_all(right_texts, left_texts)
        end as holds
    from met
)

select
    md5(concat_ws('/', sides.rule_id, sides.document_id, judged.place)) as check_id,
    sides.rule_id,
    sides.document_id,
    judged.place,
    judged.holds,
    sides.side,
    sides.printed,
    sides.amount_id,
    sides.form_id,
    sides.indicator_id,
    sides.statement_id,
    sides.remark,
    sides.page,
    sides.x0,
    sides.top,
    sides.x1,
    sides.bottom,
    case when judged.relation = '>=' then judged.left_number end as left_number,
    case when judged.relation = '>=' then judged.right_number end as right_number,
    case when judged.relation = '>=' then sides.value_unit end as value_unit,
    -- what differs comes first among many
    not list_contains(judged.right_texts, sides.text) and sides.side = 'left' as is_odd
from sides
inner join judged
    on sides.rule_id = judged.rule_id
    and sides.document_id = judged.document_id
    and sides.thing || '/' || sides.key = judged.place
