-- Totals that the running text states, with the parts it lists of them, each part once. A list of a kind that is given
-- completely or not at all is one sum; other parts (其中) are only known to be within the total.
with

statements as (
    select * from {{ ref('int_statements_located') }}
    where measure in ('amount', 'count', 'area')
),

class_names as (
    select distinct 'function' as codes, {{ name_key('name') }} as name_key
    from {{ ref('stg_codes__function_codes') }} where level = 'class'
    union
    select distinct 'economic', {{ name_key('name') }} from {{ ref('stg_codes__economic_codes') }} where level = 'class'
),

-- the last total of that name before the part
totalled as (
    select
        wholes.amount_id as whole_id,
        parts.amount_id as part_id,
        parts.document_id,
        wholes.statement_no as whole_no,
        parts.statement_no as part_no,
        wholes.sentence_no = parts.sentence_no as in_one_sentence,
        parts.measure,
        parts.aspect,
        wholes.leaf as whole_leaf,
        wholes.leaf_words as whole_words,
        parts.leaf_words as part_words,
        parts.leaf as part_leaf,
        {{ name_key("regexp_replace(parts.leaf, '[（(]类[）)].*$', '')") }} as part_key
    from statements as parts
    inner join statements as wholes
        on parts.document_id = wholes.document_id
        and parts.section = wholes.section
        and parts.parent = wholes.head
        and parts.measure = wholes.measure
        and parts.claim_year is not distinct from wholes.claim_year
        and (parts.measure = 'amount' or parts.unit = wholes.unit)
        and parts.statement_no > wholes.statement_no
        and (
            parts.aspect = wholes.aspect
            or (parts.aspect = 'amount' and wholes.aspect in ('budget', 'final', 'involved'))
        )
    where parts.parent <> ''
    qualify row_number() over (partition by parts.amount_id order by wholes.statement_no desc) = 1
),

-- the same part in other words, or once more in a later sentence, counts once
parts as (
    select * from totalled
    qualify row_number() over (partition by whole_id, part_words order by part_no) = 1
),

-- few wordings differ, however many papers there are
wordings as (
    select distinct whole_words, part_words, part_leaf, part_key from parts
),

kinds as (
    select
        wordings.whole_words,
        wordings.part_words,
        wordings.part_leaf,
        arg_min(lists.list, lists.list_order) as list
    from wordings
    inner join {{ ref('stg_rules__text_lists') }} as lists
        on regexp_full_match(wordings.whole_words, lists.whole)
        and (
            (lists.part is not null and regexp_full_match(wordings.part_words, lists.part))
            or (
                lists.codes is not null
                and (lists.codes, wordings.part_key) in (select (codes, name_key) from class_names)
            )
        )
    group by all
),

listed as (
    select
        parts.*,
        split_part(kinds.list, ':', 1) as list,
        kinds.list as part_kind
    from parts
    left join kinds using (whole_words, part_words, part_leaf)
),

weighed as (
    select
        *,
        count(*) over (partition by whole_id, list) as parts_in_list,
        -- a part of no known kind may belong to any list
        count(*) filter (list is null) over (partition by whole_id) as strangers,
        -- the appropriation and its funds beside each other say the same money twice
        count(*) filter (part_kind = 'source:fund') over (partition by whole_id) > 0
            and count(*) filter (part_kind = 'source:appropriation') over (partition by whole_id) > 0 as is_twofold
    from listed
)

select
    whole_id,
    part_id,
    document_id,
    measure,
    list is not null and parts_in_list > 1 and strangers = 0 and not is_twofold as is_complete,
    case when list is not null and parts_in_list > 1 and strangers = 0 and not is_twofold then list else 'other' end as list
from weighed
where (list is not null and parts_in_list > 1 and strangers = 0 and not is_twofold)
    or (
        list is null
        and in_one_sentence
        and not regexp_matches(whole_words, '收支|收入支出')
    )
