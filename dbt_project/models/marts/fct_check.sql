with

second_readings as (
    select
        terms.check_id,
        bool_or(not readings.agrees) as some_differ,
        bool_and(coalesce(readings.agrees, false)) as all_agree
    from {{ ref('int_check_terms_gathered') }} as terms
    left join {{ ref('stg_gate__second_readings') }} as readings using (amount_id)
    group by all
)

select
    checks.check_id,
    checks.rule_id,
    checks.document_id,
    checks.fiscal_year,
    checks.organization_id,
    checks.place,
    checks.outcome,
    checks.reason,
    checks.left_label,
    checks.left_value,
    checks.right_label,
    checks.right_value,
    checks.difference,
    checks.tolerance,
    checks.severity,
    case
        when checks.outcome <> 'fail' then null
        when second_readings.some_differ then 'reading'
        when second_readings.all_agree then 'publisher'
        else 'undetermined'
    end as verdict,
    suspects.amount_id as suspect_id,
    suspects.proposed_value,
    checks.page
from {{ ref('int_checks_evaluated') }} as checks
left join second_readings using (check_id)
left join {{ ref('int_suspects_named') }} as suspects using (check_id)
order by checks.document_id, checks.rule_id, checks.page, checks.check_id
