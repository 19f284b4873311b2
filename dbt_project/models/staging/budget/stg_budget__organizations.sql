select
    organizations.* replace (
        coalesce(bodies.body_id, organizations.organization_id) as organization_id,
        coalesce(parents.body_id, organizations.parent_organization_id) as parent_organization_id
    )
from {{ source('staging', 'organizations') }} as organizations
inner join {{ source('staging', 'documents') }} as documents using (document_id)
left join {{ ref('stg_budget__bodies') }} as bodies
    on documents.folder_department = bodies.folder_department
    and organizations.organization_id = bodies.organization_id
left join {{ ref('stg_budget__bodies') }} as parents
    on documents.folder_department = parents.folder_department
    and organizations.parent_organization_id = parents.organization_id
-- two names of one body in one paper are one row of it
qualify row_number() over (
    partition by organizations.document_id, coalesce(bodies.body_id, organizations.organization_id)
    order by organizations.code nulls last, len(organizations.name) desc, organizations.organization_id
) = 1
