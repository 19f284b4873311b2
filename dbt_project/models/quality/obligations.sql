-- Which identities each paper owes, and what became of them.
with

counted as (
    select
        document_id,
        rule_id,
        count(*) filter (outcome <> 'not_applicable')::integer as places,
        count(*) filter (outcome in ('pass', 'rounding'))::integer as held,
        count(*) filter (outcome = 'accepted')::integer as accepted,
        count(*) filter (outcome = 'fail')::integer as failed,
        count(*) filter (outcome = 'not_checked')::integer as not_checked,
        min(reason) filter (outcome in ('not_checked', 'not_applicable')) as reason
    from {{ ref('fct_check') }}
    group by all
)

select
    counted.document_id,
    documents.department_name,
    documents.fiscal_year,
    rules.family,
    counted.rule_id,
    rules.title_zh,
    rules.severity,
    case
        when counted.failed > 0 then 'failed'
        when counted.not_checked > 0 then 'not_checked'
        when counted.places > 0 then 'held'
        else 'not_applicable'
    end as state,
    counted.places,
    counted.held,
    counted.accepted,
    counted.failed,
    counted.not_checked,
    counted.reason
from counted
inner join {{ ref('dim_document') }} as documents using (document_id)
inner join {{ ref('dim_rule') }} as rules using (rule_id)
order by counted.document_id, counted.rule_id
