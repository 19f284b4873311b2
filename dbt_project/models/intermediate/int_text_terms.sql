-- Checks on the running text, term by term. Which claims belong together was found before; here each check gets its
-- place: the words of the claim it is about, and how often they came before.
with

statements as (
    select
        *,
        head || '/' || measure || '/' || aspect || '~' || row_number() over (
            partition by document_id, head, measure, aspect order by statement_no
        ) as place
    from {{ ref('int_statements_located') }}
),

matched as (
    select * from {{ ref('int_statements_matched') }} where unmet_condition is null
),

lists as (
    select
        case
            when measure = 'amount' and is_complete then 'TEXT-21'
            when measure = 'amount' then 'TEXT-22'
            when is_complete then 'COUNT-01'
            else 'COUNT-02'
        end as rule_id,
        *
    from {{ ref('int_statement_lists') }}
),

-- classes that a list names without saying their total: together they are the table's
classes as (
    select
        matched.document_id,
        statements.section,
        statements.parent,
        amounts.table_id,
        amounts.fund_source,
        amounts.amount_year,
        statements.amount_id as statement_id,
        statements.statement_no,
        statements.place
    from matched
    inner join statements on matched.statement_id = statements.amount_id
    inner join {{ ref('int_amounts_located') }} as amounts on matched.amount_ids[1] = amounts.amount_id
    where matched.rule_id = 'TEXT-05'
        and statements.amount_id not in (select part_id from lists where rule_id = 'TEXT-21')
    -- in one list each class is named once
    qualify row_number() over (
        partition by matched.document_id, statements.section, statements.parent, amounts.subject_code
        order by statements.statement_no
    ) = 1
),

class_lists as (
    select document_id, section, parent, min(table_id) as table_id, min_by(place, statement_no) as place
    from classes
    group by all
    having count(*) > 1 and count(distinct table_id) = 1
),

class_totals as (
    select class_lists.document_id, class_lists.section, class_lists.parent, amounts.amount_id
    from class_lists
    inner join classes using (document_id, section, parent)
    inner join {{ ref('int_amounts_located') }} as amounts
        on class_lists.table_id = amounts.table_id
        and classes.fund_source = amounts.fund_source
        and classes.amount_year = amounts.amount_year
    where amounts.side = 'expenditure'
        and amounts.subject_scheme = 'flow'
        and amounts.subject_code in ('CURRENT_TOTAL', 'GRAND_TOTAL')
        and amounts.expenditure_type = 'all'
        and not amounts.is_blank
    qualify row_number() over (
        partition by class_lists.document_id, class_lists.section, class_lists.parent
        order by amounts.subject_code, amounts.row_no, amounts.column_no
    ) = 1
),

-- what a heading says and what its text goes on to say was budgeted
repeated as (
    select first.amount_id as first_id, again.amount_id as again_id
    from statements as again
    inner join statements as first
        on again.document_id = first.document_id
        and again.section = first.section
        and again.head = first.head
        and again.claim_year = first.claim_year
        and first.statement_no < again.statement_no
        and first.sentence_no >= again.sentence_no - 2
    where again.measure = 'amount'
        and first.measure = 'amount'
        and again.aspect = 'budget'
        and first.aspect = 'amount'
        and again.document_kind = 'budget'
    qualify row_number() over (partition by again.amount_id order by first.statement_no desc) = 1
),

-- prior year + change = this year, all three in one sentence
changed as (
    select
        changes.amount_id as change_id,
        now.amount_id as now_id,
        prior.amount_id as prior_id,
        changes.document_id,
        changes.place
    from statements as changes
    inner join statements as now
        on changes.document_id = now.document_id
        and changes.sentence_no = now.sentence_no
        and changes.head = now.head
        and now.measure = 'amount'
        and now.claim_year = changes.claim_year
    inner join statements as prior
        on changes.document_id = prior.document_id
        and changes.sentence_no = prior.sentence_no
        and changes.head = prior.head
        and prior.measure = 'amount'
        and prior.claim_year = try_cast(split_part(changes.period, '/', 2) as integer)
    where changes.measure = 'change'
        and prior.claim_year <> now.claim_year
        and regexp_matches(changes.unit, '元|万|亿')
    qualify row_number() over (
        partition by changes.amount_id order by abs(now.statement_no - changes.statement_no), prior.statement_no
    ) = 1
),

counted as (
    select statements.*, words.value as meaning
    from statements
    inner join {{ ref('stg_rules__text_words') }} as words
        on words.dimension = 'units'
        and (
            (words.value = 'subordinate' and regexp_full_match(statements.leaf_words, words.wording))
            or (words.value = 'all' and regexp_matches({{ letters('statements.quote') }}, words.wording)
                and regexp_full_match(statements.leaf_words, '.*预算单位'))
        )
    where statements.measure = 'count'
),

subordinates as (
    select
        amount_id,
        document_id,
        place,
        first_value(amount_id) over (partition by document_id order by statement_no) as first_id
    from counted
    where meaning = 'subordinate'
),

terms as (
    select
        rule_id, document_id, statement_id as head_id, null as list, 'left' as side, 1 as weight,
        statement_id as amount_id
    from matched
    union all
    select rule_id, document_id, statement_id, null, 'right', 1, unnest(amount_ids) from matched
    union all
    select distinct rule_id, document_id, whole_id, list, 'left', 1, whole_id from lists
    union all
    select rule_id, document_id, whole_id, list, 'right', 1, part_id from lists
    union all
    select 'TEXT-24', document_id, change_id, null, 'left', 1, now_id from changed
    union all
    select 'TEXT-24', document_id, change_id, null, 'right', 1, unnest([prior_id, change_id]) from changed
    union all
    select 'TEXT-23', statements.document_id, again_id, null, 'left', 1, again_id
    from repeated inner join statements on repeated.again_id = statements.amount_id
    union all
    select 'TEXT-23', statements.document_id, again_id, null, 'right', 1, first_id
    from repeated inner join statements on repeated.again_id = statements.amount_id
    union all
    select distinct rates.rule_id, statements.document_id, rate_id, null, 'left', 1, rate_id
    from {{ ref('int_statement_rates') }} as rates
    inner join statements on rates.rate_id = statements.amount_id
    union all
    select rates.rule_id, statements.document_id, rates.rate_id, null, rates.side, rates.weight, rates.amount_id
    from {{ ref('int_statement_rates') }} as rates
    inner join statements on rates.rate_id = statements.amount_id
    union all
    select 'COUNT-03', document_id, amount_id, null, 'left', 1, amount_id from subordinates where amount_id <> first_id
    union all
    select 'COUNT-03', document_id, amount_id, null, 'right', 1, first_id from subordinates where amount_id <> first_id
    union all
    select 'COUNT-04', counted.document_id, counted.amount_id, null, 'left', 1, counted.amount_id
    from counted
    inner join {{ ref('int_units_counted') }} as units
        on counted.document_id = units.document_id and counted.meaning = units.meaning
    union all
    select 'COUNT-04', counted.document_id, counted.amount_id, null, 'right', 1, units.amount_id
    from counted
    inner join {{ ref('int_units_counted') }} as units
        on counted.document_id = units.document_id and counted.meaning = units.meaning
)

select
    terms.rule_id,
    terms.document_id,
    concat_ws('/', statements.place, terms.list) as place,
    terms.side,
    terms.weight::decimal(9, 4) as weight,
    terms.amount_id,
    'both' as labelled_by
from terms
inner join statements on terms.head_id = statements.amount_id
union all
select 'TEXT-25', document_id, class_lists.place, 'left', 1::decimal(9, 4), class_totals.amount_id, 'both'
from class_lists inner join class_totals using (document_id, section, parent)
union all
select 'TEXT-25', document_id, class_lists.place, 'right', 1::decimal(9, 4), classes.statement_id, 'both'
from class_lists
inner join class_totals using (document_id, section, parent)
inner join classes using (document_id, section, parent)
