with

checks as (
    select
        document_id,
        count(*) filter (outcome = 'pass')::integer as checks_pass,
        count(*) filter (outcome = 'rounding')::integer as checks_rounding,
        count(*) filter (outcome = 'fail')::integer as checks_fail,
        count(*) filter (outcome = 'accepted')::integer as checks_accepted,
        count(*) filter (outcome = 'not_applicable')::integer as checks_not_applicable,
        count(*) filter (outcome = 'not_checked')::integer as checks_not_checked,
        count(*) filter (verdict = 'publisher')::integer as fails_publisher,
        count(*) filter (verdict = 'reading')::integer as fails_reading,
        count(*) filter (verdict = 'undetermined')::integer as fails_undetermined
    from {{ ref('fct_check') }}
    group by all
),

findings as (
    select
        document_id,
        count(*)::integer as findings,
        count(*) filter (severity = 'error')::integer as findings_error
    from {{ ref('findings') }}
    group by all
)

select
    documents.document_id,
    documents.department_name,
    documents.fiscal_year,
    documents.status,
    documents.status_reason,
    coalesce(checks.checks_pass, 0) as checks_pass,
    coalesce(checks.checks_rounding, 0) as checks_rounding,
    coalesce(checks.checks_fail, 0) as checks_fail,
    coalesce(checks.checks_accepted, 0) as checks_accepted,
    coalesce(checks.checks_not_applicable, 0) as checks_not_applicable,
    coalesce(checks.checks_not_checked, 0) as checks_not_checked,
    coalesce(checks.fails_publisher, 0) as fails_publisher,
    coalesce(checks.fails_reading, 0) as fails_reading,
    coalesce(checks.fails_undetermined, 0) as fails_undetermined,
    documents.amounts_total,
    documents.amounts_certified,
    coalesce(counts.amounts_unread, 0)::integer as amounts_unread,
    case
        when documents.amounts_total > 0
            then (documents.amounts_certified * 1.0000 / documents.amounts_total)::decimal(6, 4)
    end as certified_share,
    coalesce(findings.findings, 0) as findings,
    coalesce(findings.findings_error, 0) as findings_error
from {{ ref('dim_document') }} as documents
left join checks using (document_id)
left join findings using (document_id)
left join {{ ref('int_documents_counted') }} as counts using (document_id)
order by documents.document_id
