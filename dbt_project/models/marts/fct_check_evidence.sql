select
    terms.check_id,
    terms.side,
    terms.weight,
    terms.amount_id,
    terms.paper_id as cell_document_id,
    lines.budget_line_id,
    forms.form_id,
    case when forms.form_id is not null then terms.form_amount_id end as form_amount_id,
    null::varchar as indicator_id,
    statements.statement_id,
    terms.label,
    terms.state,
    case when terms.state in ('number', 'zero') then terms.value end as amount,
    terms.page,
    terms.x0,
    terms.top,
    terms.x1,
    terms.bottom
from {{ ref('int_check_terms_gathered') }} as terms
left join {{ ref('fct_budget_line') }} as lines on terms.amount_id = lines.budget_line_id
left join {{ ref('fct_form') }} as forms using (form_id)
left join {{ ref('fct_statement') }} as statements using (statement_id)
union all
select
    labels.check_id,
    labels.side,
    1::decimal(9, 4) as weight,
    labels.amount_id,
    labels.document_id as cell_document_id,
    lines.budget_line_id,
    forms.form_id,
    form_amounts.form_amount_id,
    indicators.indicator_id,
    statements.statement_id,
    labels.printed as label,
    'text' as state,
    null as amount,
    labels.page,
    labels.x0,
    labels.top,
    labels.x1,
    labels.bottom
from {{ ref('int_labels_compared') }} as labels
left join {{ ref('fct_budget_line') }} as lines on labels.amount_id = lines.budget_line_id
left join {{ ref('fct_form') }} as forms using (form_id)
left join {{ ref('fct_form_amount') }} as form_amounts on labels.amount_id = form_amounts.form_amount_id
left join {{ ref('fct_indicator') }} as indicators on labels.indicator_id = indicators.indicator_id
left join {{ ref('fct_statement') }} as statements on labels.statement_id = statements.statement_id
where labels.page is not null
order by check_id, side, page, top, x0, amount_id
