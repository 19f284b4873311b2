-- What recognising found, and acceptances that no longer fit what they accepted.
with

lapsed as (
    select
        md5('acceptance_lapsed/' || accepted.check_id || '/' || accepted.difference) as finding_id,
        accepted.document_id,
        'acceptance_lapsed' as kind,
        'warning' as severity,
        checks.page,
        null::varchar as table_id,
        accepted.rule_id as text,
        case
            when checks.check_id is null
                then 'an acceptance names a check that no longer exists: ' || accepted.check_id
            else 'an acceptance lapsed: accepted difference ' || accepted.difference || ', now '
                || coalesce(checks.difference::varchar, 'not checked') || ' (' || checks.outcome || ')'
        end as message,
        'expectations/accepted.csv' as vocabulary_file,
        null::varchar as proposed_row
    from {{ ref('stg_rules__accepted') }} as accepted
    inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
    left join {{ ref('fct_check') }} as checks on accepted.check_id = checks.check_id
    where coalesce(checks.outcome, '') <> 'accepted'
)

select
    finding_id, document_id, kind, severity, page, table_id, text, message, vocabulary_file, proposed_row
from {{ ref('stg_budget__findings') }}
union all
select * from lapsed
order by document_id, page nulls first, finding_id
