select
    forms.form_id,
    forms.document_id,
    forms.form_no,
    forms.form_kind,
    forms.form_stage,
    forms.title,
    forms.organization_name,
    forms.project_name,
    forms.project_code,
    forms.project_department,
    forms.executing_unit,
    forms.project_year,
    forms.start_year,
    forms.end_year,
    forms.project_category,
    forms.project_frequency,
    forms.total_budget_yuan,
    forms.year_budget_yuan,
    forms.page
from {{ ref('stg_budget__forms') }} as forms
inner join {{ ref('dim_document') }} as documents using (document_id)
where documents.status = 'published'
order by forms.document_id, forms.form_no
