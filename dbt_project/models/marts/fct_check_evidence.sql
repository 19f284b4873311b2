select
    terms.check_id,
    terms.side,
    terms.weight,
    terms.amount_id,
    lines.budget_line_id,
    forms.form_id,
    case when forms.form_id is not null then terms.form_amount_id end as form_amount_id,
    null::varchar as indicator_id,
    statements.statement_id,
    terms.label,
    terms.state,
    case when terms.state in ('number', 'zero') then terms.value end as amount,
    terms.page
from {{ ref('int_check_terms_gathered') }} as terms
left join {{ ref('fct_budget_line') }} as lines on terms.amount_id = lines.budget_line_id
left join {{ ref('fct_form') }} as forms using (form_id)
left join {{ ref('fct_statement') }} as statements using (statement_id)
order by terms.check_id, terms.side, terms.row_no, terms.column_no, terms.amount_id
