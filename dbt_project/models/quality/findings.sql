-- What recognising found, and acceptances that no longer fit what they accepted.
with

lapsed as (
    select
        md5('acceptance_lapsed/' || accepted.check_id || '/' || coalesce(accepted.difference::varchar, 'words')) as finding_id,
        accepted.document_id,
        'acceptance_lapsed' as kind,
        'warning' as severity,
        checks.page,
        null::varchar as table_id,
        accepted.rule_id as text,
        case
            when checks.check_id is null
                then 'an acceptance names a check that no longer exists: ' || accepted.check_id
            else 'an acceptance lapsed: accepted difference ' || coalesce(accepted.difference::varchar, 'of words') || ', now '
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
    found.*,
    -- one that nobody has translated stands for itself
    coalesce(translated.message_zh, found.message) as message_zh
from (
    select finding_id, document_id, kind, severity, page, table_id, text, message, vocabulary_file, proposed_row
    from {{ ref('stg_budget__findings') }}
    union all
    select * from lapsed
) as found
left join (
    select messages.message, regexp_replace(messages.message, patterns.pattern, patterns.zh) as message_zh
    from (
        select distinct message from {{ ref('stg_budget__findings') }} union select distinct message from lapsed
    ) as messages
    inner join {{ ref('stg_rules__messages') }} as patterns on regexp_full_match(messages.message, patterns.pattern)
    qualify row_number() over (partition by messages.message order by patterns.message_order) = 1
) as translated using (message)
order by document_id, page nulls first, finding_id
