select document_id, organization_id, code, name, parent_organization_id, level
from {{ ref('stg_budget__organizations') }}
order by document_id, organization_id
