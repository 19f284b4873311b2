select amounts.* replace (coalesce(bodies.body_id, amounts.organization_id) as organization_id)
from {{ source('staging', 'amounts') }} as amounts
inner join {{ source('staging', 'documents') }} as documents using (document_id)
left join {{ ref('stg_budget__bodies') }} as bodies
    on documents.folder_department = bodies.folder_department and amounts.organization_id = bodies.organization_id
