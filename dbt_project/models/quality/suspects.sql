-- Which cells of failed identities are likely wrong.
select
    checks.document_id,
    suspects.check_id,
    suspects.amount_id,
    suspects.mistake,
    suspects.alternatives,
    suspects.proposed_value,
    suspects.is_slip,
    readings.first_text,
    readings.second_text
from {{ ref('stg_gate__suspects') }} as suspects
inner join {{ ref('fct_check') }} as checks using (check_id)
left join {{ ref('stg_gate__second_readings') }} as readings using (amount_id)
order by checks.document_id, suspects.check_id, suspects.alternatives, suspects.amount_id
