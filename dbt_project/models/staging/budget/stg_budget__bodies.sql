-- Which ids are one body's: papers of one folder name it now with and now without its region. The longest name counts.
with

named as (
    select distinct documents.folder_department, documents.department_id as organization_id,
        {{ letters('documents.department_name') }} as name
    from {{ source('staging', 'documents') }} as documents
    where documents.department_id is not null
    union
    select documents.folder_department, organizations.organization_id, {{ letters('organizations.name') }}
    from {{ source('staging', 'organizations') }} as organizations
    inner join {{ source('staging', 'documents') }} as documents using (document_id)
    where organizations.level = 'department'
),

pairs as (
    select
        short.folder_department, short.organization_id, long.organization_id as body_id, long.name,
        max_by(long.name, (len(long.name), long.name)) over (
            partition by short.folder_department, short.organization_id
        ) as longest
    from named as short
    inner join named as long
        on short.folder_department = long.folder_department
        and short.organization_id <> long.organization_id
        and {{ names_region_before('long.name', 'short.name') }}
)

select folder_department, organization_id, min(body_id) filter (name = longest) as body_id
from pairs
group by all
-- a name that fits two bodies of different regions says nothing
having bool_and(ends_with(longest, name))
