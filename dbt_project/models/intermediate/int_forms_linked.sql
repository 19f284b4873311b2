-- Which organization and which project of the tables a performance form is about. Forms shorten names and reword them:
-- an organization answers to the end of its name, a project to its name, or else to the one most like it, both ways.
with

organizations as (
    select
        forms.form_id,
        organizations.organization_id
    from {{ ref('stg_budget__forms') }} as forms
    inner join {{ ref('stg_budget__organizations') }} as organizations
        on forms.document_id = organizations.document_id
        and (
            ends_with(organizations.name, forms.organization_name)
            or ends_with(forms.organization_name, organizations.name)
        )
    where len(forms.organization_name) >= 4
    qualify row_number() over (
        partition by forms.form_id
        order by abs(len(organizations.name) - len(forms.organization_name)), organizations.organization_id
    ) = 1
),

form_projects as (
    select form_id, document_id, {{ letters('project_name') }} as name
    from {{ ref('stg_budget__forms') }}
    where form_kind = 'project' and project_name is not null
),

table_projects as (
    select distinct document_id, project_key, {{ letters('project_name') }} as name
    from {{ ref('int_amounts_located') }}
    where table_kind = 'project' and project_name is not null and project_key is not null
),

alike as (
    select
        forms.form_id,
        projects.document_id,
        projects.project_key,
        forms.name = projects.name as is_same,
        (jaccard(forms.name, projects.name) + jaro_similarity(forms.name, projects.name)) / 2 as likeness
    from form_projects as forms
    inner join table_projects as projects using (document_id)
    where forms.name <> '' and projects.name <> ''
),

-- a name that is the same on both sides is out of the question for any other
open_to_likeness as (
    select * from alike
    where is_same
        or not (
            form_id in (select form_id from alike where is_same)
            or (document_id, project_key) in (select (document_id, project_key) from alike where is_same)
        )
),

projects as (
    select form_id, project_key
    from open_to_likeness
    where likeness >= 0.7
    qualify rank() over (partition by form_id order by likeness desc) = 1
        and rank() over (partition by document_id, project_key order by likeness desc) = 1
        and count(*) over (partition by form_id, likeness) = 1
        and count(*) over (partition by document_id, project_key, likeness) = 1
)

select forms.form_id, forms.document_id, organizations.organization_id, projects.project_key
from {{ ref('stg_budget__forms') }} as forms
left join organizations using (form_id)
left join projects using (form_id)
