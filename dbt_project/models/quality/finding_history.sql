-- What is open now beside what was open in the generation before.
with

found as (
    select
        checks.check_id as finding_id,
        'broken_identity' as kind,
        checks.document_id,
        checks.rule_id,
        checks.place,
        checks.page,
        checks.severity,
        concat_ws(' ', checks.left_label, rules.relation, checks.right_label) as text,
        checks.difference
    from {{ ref('fct_check') }} as checks
    inner join {{ ref('dim_rule') }} as rules using (rule_id)
    -- those of a table that does not close are told as that one finding
    where checks.outcome = 'fail' and checks.reason is distinct from 'table_does_not_close'
    union all by name
    select finding_id, kind, document_id, page, severity, message as text
    from {{ ref('findings') }}
),

open_now as (
    select found.*, documents.source_path
    from found
    inner join {{ ref('dim_document') }} as documents using (document_id)
),

earlier as (
    select * from {{ source('staging', 'earlier_findings') }}
),

-- the same finding, or the same place of a paper that was replaced by another under its name
pairs as (
    select open_now.finding_id, earlier.finding_id as earlier_id, 1 as preference
    from open_now
    inner join earlier using (finding_id)
    union all
    select open_now.finding_id, earlier.finding_id, 2
    from open_now
    inner join earlier
        on open_now.source_path = earlier.source_path
        and open_now.document_id <> earlier.document_id
        and open_now.kind = earlier.kind
        and coalesce(open_now.rule_id, open_now.text) = coalesce(earlier.rule_id, earlier.text)
        and open_now.place is not distinct from earlier.place
),

matched as (
    select finding_id, earlier_id
    from pairs
    qualify row_number() over (partition by finding_id order by preference, earlier_id) = 1
        and row_number() over (partition by earlier_id order by preference, finding_id) = 1
),

still as (
    select
        open_now.*,
        case when earlier.finding_id is null then 'new' else 'open' end as state,
        coalesce(earlier.first_seen, (select max(started) from {{ source('staging', 'run') }})) as first_seen,
        earlier.difference as earlier_difference,
        case when earlier.difference <> open_now.difference then 'fail' end as became
    from open_now
    left join matched using (finding_id)
    left join earlier on matched.earlier_id = earlier.finding_id
),

gone as (
    select
        earlier.* exclude (difference),
        'gone' as state,
        checks.difference,
        earlier.difference as earlier_difference,
        case
            when documents.document_id is null then 'paper_gone'
            when earlier.kind <> 'broken_identity' then 'settled'
            else coalesce(checks.outcome, 'not_looked_for')
        end as became
    from earlier
    anti join matched on earlier.finding_id = matched.earlier_id
    left join {{ ref('fct_check') }} as checks on earlier.finding_id = checks.check_id
    left join {{ ref('dim_document') }} as documents on earlier.document_id = documents.document_id
)

select
    finding_id, state, kind, document_id, source_path, rule_id, place, page, severity, text, difference,
    earlier_difference, became, first_seen
from still
union all by name
select
    finding_id, state, kind, document_id, source_path, rule_id, place, page, severity, text, difference,
    earlier_difference, became, first_seen
from gone
order by source_path, page nulls first, finding_id
