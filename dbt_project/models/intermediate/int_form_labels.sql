-- Names and years of the performance forms beside those of the tables and of the paper.
with

forms as (
    select
        forms.*,
        documents.fiscal_year,
        linked.project_key,
        organizations.name as linked_name,
        row_number() over () as at
    from {{ ref('stg_budget__forms') }} as forms
    inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
    left join {{ ref('int_forms_linked') }} as linked using (form_id)
    left join {{ ref('stg_budget__organizations') }} as organizations
        on linked.organization_id = organizations.organization_id and linked.document_id = organizations.document_id
),

table_projects as (
    select
        document_id, project_key, project_name, subject_code, min(amount_id) as amount_id,
        any_value({page: page, x0: x0, top: top, x1: x1, bottom: bottom}) as box
    from {{ ref('int_amounts_located') }}
    where table_kind = 'project' and project_key is not null and project_name is not null
    group by all
),

years as (
    select document_id, 'title' as source, title as printed, 'table ' || table_no as key, first_page as page
    from {{ ref('stg_budget__tables') }}
    where table_kind is not null
    union all
    select document_id, 'title', title, 'form ' || form_no, page from forms
    union all
    select document_id, 'form_head', '项目年度 ' || project_year || '年', 'form ' || form_no || ' year', page
    from forms
    where project_year is not null
)

-- the year in titles
select
    years.document_id, years.source, 'year' as thing, years.key,
    case
        when list_contains(regexp_extract_all(years.printed, '(20\d\d|19\d\d)\s*年', 1), documents.fiscal_year::varchar)
            then documents.fiscal_year::varchar
        else array_to_string(regexp_extract_all(years.printed, '(20\d\d|19\d\d)\s*年', 1), ' ')
    end as text,
    years.printed, null::varchar as form_id, null::varchar as amount_id, years.page,
    null::double as x0, null::double as top, null::double as x1, null::double as bottom
from years
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
where regexp_matches(years.printed, '(20\d\d|19\d\d)\s*年') and documents.fiscal_year is not null
union all by name
select
    years.document_id, 'paper' as source, 'year' as thing, years.key, documents.fiscal_year::varchar as text,
    documents.fiscal_year || '年' as printed
from years
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
where documents.fiscal_year is not null
union all by name
-- the project of a form
select
    document_id, 'project_form' as source, 'project_name' as thing, project_key as key, {{ letters('project_name') }} as text,
    project_name as printed, form_id, page
from forms
where project_key is not null
union all by name
select
    document_id, 'project' as source, 'project_name' as thing, project_key as key, {{ letters('project_name') }} as text,
    concat_ws(' ', subject_code, project_name) as printed, amount_id,
    box.page as page, box.x0 as x0, box.top as top, box.x1 as x1, box.bottom as bottom
from table_projects
union all by name
-- a code of another shape is no code of this kind
select
    forms.document_id, 'project_form' as source, 'project_code' as thing, forms.project_key as key,
    forms.project_code as text, forms.project_code || ' ' || forms.project_name as printed, forms.form_id, forms.page
from forms
inner join table_projects using (document_id, project_key)
where len(forms.project_code) = len(table_projects.subject_code)
union all by name
select
    document_id, 'project' as source, 'project_code' as thing, project_key as key, subject_code as text,
    subject_code || ' ' || project_name as printed, amount_id,
    box.page as page, box.x0 as x0, box.top as top, box.x1 as x1, box.bottom as bottom
from table_projects
where subject_code is not null
union all by name
-- a line of the overall form's project list
select
    forms.document_id, 'overall_form' as source, 'project_name' as thing, linked.project_key as key,
    {{ letters('amounts.item') }} as text, amounts.item as printed, forms.form_id, amounts.page,
    amounts.form_amount_id as amount_id, amounts.x0, amounts.top, amounts.x1, amounts.bottom
from {{ ref('int_projects_linked') }} as linked
inner join forms using (form_id)
inner join (
    select * from {{ ref('stg_budget__form_amounts') }}
    where section = 'project_list'
    qualify row_number() over (partition by form_id, line_no order by amount_year nulls last) = 1
) as amounts using (form_id, line_no)
union all by name
-- the body of an overall form, where the tables name several units
select
    document_id, 'overall_form' as source, 'organization_name' as thing, 'form ' || form_no as key,
    {{ letters('coalesce(linked_name, organization_name)') }} as text, organization_name as printed, form_id, page
from forms
where form_kind = 'overall' and organization_name is not null
union all by name
select
    forms.document_id, 'tables' as source, 'organization_name' as thing, 'form ' || forms.form_no as key,
    {{ letters('coalesce(forms.linked_name, min(organizations.name))') }} as text,
    coalesce(forms.linked_name, string_agg(organizations.name, '、' order by organizations.name)) as printed
from forms
inner join {{ ref('stg_budget__organizations') }} as organizations using (document_id)
where forms.form_kind = 'overall'
group by forms.document_id, forms.form_no, forms.linked_name
having count(*) filter (organizations.level = 'unit') > 1
