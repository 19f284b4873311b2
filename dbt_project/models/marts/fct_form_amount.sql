select
    form_amounts.form_amount_id,
    form_amounts.form_id,
    form_amounts.section,
    form_amounts.line_no,
    form_amounts.item,
    form_amounts.basis_text,
    form_amounts.funding,
    form_amounts.amount_basis,
    form_amounts.amount_year,
    form_amounts.amount_yuan,
    form_amounts.share_percent,
    form_amounts.quantity_text,
    form_amounts.category,
    form_amounts.page,
    form_amounts.x0,
    form_amounts.top,
    form_amounts.x1,
    form_amounts.bottom
from {{ ref('stg_budget__form_amounts') }} as form_amounts
inner join {{ ref('fct_form') }} as published using (form_id)
where form_amounts.state in ('number', 'zero') and form_amounts.section <> 'head'
order by form_amounts.form_id, form_amounts.section, form_amounts.line_no, form_amounts.funding, form_amounts.amount_year
