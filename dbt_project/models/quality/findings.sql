-- What recognising found, acceptances that no longer fit what they accepted, tables that do not close, and tables that
-- two papers of a body have.
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
),

-- of several papers of one body, year and kind the one that prints most of a table speaks for its body
ranked as (
    select
        documents.document_id,
        tables.table_kind,
        first_value(documents.document_id) over by_size as speaking_id,
        first_value(documents.source_path) over by_size as speaking_path
    from {{ ref('dim_document') }} as documents
    inner join {{ ref('printed_tables') }} as tables using (document_id)
    where documents.status = 'published'
        and documents.department_id is not null
        and documents.fiscal_year is not null
        and tables.state = 'filled'
        and tables.table_kind not in ('other', 'performance_form')
    window by_size as (
        partition by documents.department_id, documents.scope, documents.fiscal_year, documents.document_kind,
            tables.table_kind
        order by documents.amounts_total desc, documents.document_id
    )
),

twice as (
    select
        md5('other_paper/' || document_id || '/' || speaking_id) as finding_id,
        document_id,
        'other_paper' as kind,
        'warning' as severity,
        null::integer as page,
        null::varchar as table_id,
        speaking_path as text,
        'another paper of the same body and year has tables of the same kinds (' || count(distinct table_kind)
            || '): sums over both count them twice' as message,
        null::varchar as vocabulary_file,
        null::varchar as proposed_row
    from ranked
    where document_id <> speaking_id
    group by document_id, speaking_id, speaking_path
),

told_elsewhere as (
    select
        md5('named_elsewhere/' || document_id || '/' || named_by) as finding_id,
        document_id,
        'named_elsewhere' as kind,
        case when named_by in ('pair', 'form') then 'info' else 'warning' end as severity,
        null::integer as page,
        null::varchar as table_id,
        department_name as text,
        'neither label nor cover says whose paper it is; it is told by ' || case named_by
            when 'pair' then 'the paper beside it: ' || named_in
            when 'form' then 'its performance forms'
            when 'text' then 'its running text'
            when 'title' then 'the titles of its tables'
            when 'register' then 'the register, which has the name of its folder'
            when 'folder' then 'its folder'
        end as message,
        null::varchar as vocabulary_file,
        null::varchar as proposed_row
    from {{ ref('stg_budget__documents') }}
    where named_by not in ('label', 'cover', 'table') and reason is null
),

nameless as (
    select
        md5('nameless/' || document_id) as finding_id,
        document_id,
        'nameless' as kind,
        'warning' as severity,
        null::integer as page,
        null::varchar as table_id,
        file_name as text,
        'nothing says whose paper it is: it belongs to no department' as message,
        null::varchar as vocabulary_file,
        null::varchar as proposed_row
    from {{ ref('stg_budget__documents') }}
    where department_id is null and reason is null
)

select
    found.* exclude (said_zh),
    -- one that nobody has translated stands for itself
    coalesce(found.said_zh, translated.message_zh, found.message) as message_zh
from (
    select finding_id, document_id, kind, severity, page, table_id, text, message, vocabulary_file, proposed_row
    from {{ ref('stg_budget__findings') }}
    union all
    select * from lapsed
    union all
    select * from twice
    union all
    select * from told_elsewhere
    union all
    select * from nameless
    union all by name
    select finding_id, document_id, kind, severity, page, table_id, text, message, message_zh as said_zh
    from {{ ref('stg_gate__table_findings') }}
) as found
left join (
    select messages.message, regexp_replace(messages.message, patterns.pattern, patterns.zh) as message_zh
    from (
        select message from {{ ref('stg_budget__findings') }}
        union
        select message from lapsed
        union
        select message from twice
        union
        select message from told_elsewhere
        union
        select message from nameless
    ) as messages
    inner join {{ ref('stg_rules__messages') }} as patterns on regexp_full_match(messages.message, patterns.pattern)
    qualify row_number() over (partition by messages.message order by patterns.message_order) = 1
) as translated using (message)
order by document_id, page nulls first, finding_id
