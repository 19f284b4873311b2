select
    checks.check_id,
    checks.rule_id,
    checks.document_id,
    checks.fiscal_year,
    checks.organization_id,
    checks.place,
    checks.outcome,
    case when blocked.check_id is null then checks.reason else 'table_does_not_close' end as reason,
    checks.left_label,
    checks.left_value,
    checks.right_label,
    checks.right_value,
    checks.difference,
    checks.tolerance,
    checks.value_unit,
    checks.severity,
    -- words that differ are nobody's misreading of a cell
    coalesce(verdicts.verdict, case when checks.outcome = 'fail' then 'undetermined' end) as verdict,
    verdicts.suspect_id,
    verdicts.proposed_value,
    checks.page,
    said.message_zh,
    said.message
from {{ ref('int_checks_evaluated') }} as checks
left join {{ ref('stg_gate__verdicts') }} as verdicts using (check_id)
left join {{ ref('stg_gate__blocked_checks') }} as blocked using (check_id)
left join {{ ref('int_checks_said') }} as said using (check_id)
order by checks.document_id, checks.rule_id, checks.page, checks.check_id
