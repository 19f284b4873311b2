select documents.* replace (coalesce(bodies.body_id, documents.department_id) as department_id)
from {{ source('staging', 'documents') }} as documents
left join {{ ref('stg_budget__bodies') }} as bodies
    on documents.folder_department = bodies.folder_department and documents.department_id = bodies.organization_id
