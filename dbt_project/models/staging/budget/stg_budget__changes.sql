select changes.* replace (coalesce(bodies.body_id, changes.organization_id) as organization_id)
from {{ source('staging', 'changes') }} as changes
inner join {{ source('staging', 'documents') }} as documents using (document_id)
left join {{ ref('stg_budget__bodies') }} as bodies
    on documents.folder_department = bodies.folder_department and changes.organization_id = bodies.organization_id
