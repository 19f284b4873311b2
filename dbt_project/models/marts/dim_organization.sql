-- A body has one name, as its latest paper prints it in full; what papers call it besides stands beside it.
with

printed as (
    select organization_id, string_agg(name, '、' order by name) as names
    from (
        select organizations.organization_id, organizations.name
        from {{ ref('document_organizations') }} as organizations
        inner join {{ ref('dim_document') }} as documents using (document_id)
        where documents.status = 'published'
        union
        select department_id, department_name from {{ ref('dim_document') }}
        where status = 'published' and department_id is not null
    )
    group by all
)

select
    organizations.organization_id,
    organizations.code,
    organizations.name,
    organizations.parent_organization_id,
    organizations.level,
    printed.names as printed_names
from {{ ref('document_organizations') }} as organizations
inner join {{ ref('dim_document') }} as documents using (document_id)
left join printed on organizations.organization_id = printed.organization_id
where documents.status = 'published'
-- the latest paper says what it is called now
qualify row_number() over (
    partition by organizations.organization_id
    order by
        documents.fiscal_year desc nulls last, organizations.code nulls last, len(organizations.name) desc,
        documents.document_id
) = 1
order by organizations.organization_id
