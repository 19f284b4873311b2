-- Shares and rates of change that the running text states: the rate itself, the amounts above and below the line.
with

statements as (
    select * from {{ ref('int_statements_located') }}
),

named as (
    select * from {{ ref('int_text_subjects_named') }} where tier = 1
),

amounts as (
    select *, aspect in ('budget', 'executed') as is_plan from statements where measure = 'amount'
),

shares as (
    select * from statements where measure = 'share_percent' and aspect <> 'completed'
),

-- a share is that of the amount before it
numerators as (
    select
        shares.amount_id as rate_id,
        shares.document_id,
        shares.section,
        shares.parent,
        shares.statement_no,
        shares.value as rate,
        shares.half_unit as rate_half,
        shares.share_of,
        parts.amount_id as part_id,
        parts.value as part,
        parts.half_unit as part_half,
        parts.claim_year
    from shares
    inner join amounts as parts
        on shares.document_id = parts.document_id
        and shares.sentence_no = parts.sentence_no
        and shares.head = parts.head
        and shares.claim_year is not distinct from parts.claim_year
        and parts.statement_no < shares.statement_no
    qualify row_number() over (partition by shares.amount_id order by parts.statement_no desc) = 1
),

-- of what: what it says (in the tables, or named so in the text), else the total of its list
wholes as (
    select numerators.rate_id, named.amount_id as whole_id, named.value as whole, 1 as preference
    from numerators
    inner join named on numerators.rate_id = named.statement_id and named.role = 'whole'
    where numerators.share_of is not null
    union all
    select numerators.rate_id, totals.amount_id, totals.value, 2
    from numerators
    inner join amounts as totals
        on numerators.document_id = totals.document_id
        and {{ letters('numerators.share_of') }} = totals.leaf_words
        and numerators.claim_year is not distinct from totals.claim_year
    where numerators.share_of is not null
    union all
    (
        select numerators.rate_id, totals.amount_id, totals.value, 1
        from numerators
        inner join amounts as totals
            on numerators.document_id = totals.document_id
            and numerators.section = totals.section
            and numerators.parent = totals.head
            and numerators.claim_year is not distinct from totals.claim_year
            and totals.statement_no < numerators.statement_no
        where numerators.share_of is null and numerators.parent <> ''
        qualify row_number() over (partition by numerators.rate_id order by totals.statement_no desc) = 1
    )
),

whole_chosen as (
    select numerators.rate_id, wholes.whole_id
    from numerators
    inner join wholes using (rate_id)
    where wholes.whole <> 0
    qualify row_number() over (
        partition by numerators.rate_id
        order by
            abs(100 * numerators.part / wholes.whole - numerators.rate) <= numerators.rate_half desc,
            wholes.preference,
            wholes.whole_id
    ) = 1
),

-- shares of a list without a total make up a hundred
lists as (
    select
        *,
        sum(rate) over siblings as rates,
        sum(part) over siblings as parts,
        count(*) over siblings as siblings
    from numerators
    where share_of is null and rate_id not in (select rate_id from whole_chosen)
    window siblings as (partition by document_id, section, parent)
),

list_wholes as (
    select lists.rate_id, siblings.part_id as whole_id
    from lists
    inner join lists as siblings
        on lists.document_id = siblings.document_id
        and lists.section = siblings.section
        and lists.parent = siblings.parent
    where lists.siblings > 1 and abs(lists.rates - 100) <= 1 and lists.parts <> 0
),

-- rates of change: from two amounts of one sentence, or from the change and what it led to
changes as (
    select * from statements where measure = 'change_percent'
),

priors as (
    select
        changes.amount_id as rate_id,
        now.amount_id as now_id,
        prior.amount_id as prior_id,
        prior.value as prior
    from changes
    inner join amounts as now
        on changes.document_id = now.document_id
        and changes.sentence_no = now.sentence_no
        and changes.head = now.head
        and now.statement_no < changes.statement_no
        and now.claim_year = changes.claim_year
    inner join amounts as prior
        on changes.document_id = prior.document_id
        and changes.sentence_no = prior.sentence_no
        and changes.head = prior.head
        and prior.statement_no < changes.statement_no
        and prior.claim_year = try_cast(split_part(changes.period, '/', 2) as integer)
        and prior.claim_year <> now.claim_year
    qualify row_number() over (
        partition by changes.amount_id order by now.statement_no desc, prior.statement_no desc
    ) = 1
),

differences as (
    select
        changes.amount_id as rate_id,
        changes.document_id,
        changes.section,
        changes.sentence_no,
        changes.head,
        changes.claim_year,
        changes.value as rate,
        changes.half_unit as rate_half,
        changed.amount_id as change_id,
        changed.value as change,
        changed.statement_no
    from changes
    inner join statements as changed
        on changes.document_id = changed.document_id
        and changes.sentence_no = changed.sentence_no
        and changes.head = changed.head
        and changes.period is not distinct from changed.period
        and changed.measure = 'change'
        and regexp_matches(changed.unit, '元|万|亿')
        and changed.statement_no < changes.statement_no
    where changes.amount_id not in (select rate_id from priors)
    qualify row_number() over (partition by changes.amount_id order by changed.statement_no desc) = 1
),

currents as (
    (
        select differences.rate_id, now.amount_id as now_id, now.value as now, 1 as preference
        from differences
        inner join amounts as now
            on differences.document_id = now.document_id
            and differences.section = now.section
            and differences.head = now.head
            and differences.claim_year is not distinct from now.claim_year
            and now.statement_no < differences.statement_no
            and now.sentence_no >= differences.sentence_no - 3
            and now.aspect <> 'executed'
        qualify row_number() over (partition by differences.rate_id order by now.statement_no desc) = 1
    )
    union all
    select differences.rate_id, named.amount_id, named.value, 2
    from differences
    inner join named on differences.rate_id = named.statement_id and named.role = 'changed'
),

current_chosen as (
    select differences.rate_id, differences.change_id, currents.now_id
    from differences
    inner join currents using (rate_id)
    -- what grew from nothing has no rate
    where currents.now - differences.change > 0
    qualify row_number() over (
        partition by differences.rate_id
        order by
            currents.preference,
            abs(100 * differences.change / (currents.now - differences.change) - differences.rate)
                <= differences.rate_half desc,
            currents.now_id
    ) = 1
),

completions as (
    select
        completed.amount_id as rate_id,
        spent.amount_id as spent_id,
        planned.amount_id as planned_id
    from statements as completed
    inner join amounts as spent
        on completed.document_id = spent.document_id
        and completed.sentence_no = spent.sentence_no
        and completed.head = spent.head
        and spent.aspect in ('final', 'executed')
        and spent.statement_no < completed.statement_no
    inner join amounts as planned
        on completed.document_id = planned.document_id
        and completed.sentence_no = planned.sentence_no
        and completed.head = planned.head
        and planned.aspect = 'budget'
        and planned.statement_no < completed.statement_no
        and planned.value <> 0
    where completed.measure = 'share_percent' and completed.aspect = 'completed'
    qualify row_number() over (
        partition by completed.amount_id order by spent.statement_no desc, planned.statement_no desc
    ) = 1
)

select 'RATE-01' as rule_id, numerators.rate_id, 'right' as side, 1 as weight, numerators.part_id as amount_id
from numerators
where rate_id in (select rate_id from whole_chosen) or rate_id in (select rate_id from list_wholes)
union all
select 'RATE-01', rate_id, 'base', 1, whole_id from whole_chosen
union all
select 'RATE-01', rate_id, 'base', 1, whole_id from list_wholes
union all
select 'RATE-02', rate_id, 'right', 1, change_id from current_chosen
union all
select 'RATE-02', rate_id, 'base', 1, now_id from current_chosen
union all
select 'RATE-02', rate_id, 'base', -1, change_id from current_chosen
union all
select 'RATE-03', rate_id, 'right', 1, now_id from priors where prior <> 0
union all
select 'RATE-03', rate_id, 'right', -1, prior_id from priors where prior <> 0
union all
select 'RATE-03', rate_id, 'base', 1, prior_id from priors where prior <> 0
union all
select 'RATE-04', rate_id, 'right', 1, spent_id from completions
union all
select 'RATE-04', rate_id, 'base', 1, planned_id from completions
