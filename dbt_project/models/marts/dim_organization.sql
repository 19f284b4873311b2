select
    organizations.organization_id,
    organizations.code,
    organizations.name,
    organizations.parent_organization_id,
    organizations.level
from {{ ref('document_organizations') }} as organizations
inner join {{ ref('dim_document') }} as documents using (document_id)
where documents.status = 'published'
-- the latest paper says what it is called now
qualify row_number() over (
    partition by organizations.organization_id
    order by documents.fiscal_year desc nulls last, organizations.code nulls last, documents.document_id
) = 1
order by organizations.organization_id
