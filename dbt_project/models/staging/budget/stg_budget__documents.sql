-- Whose each paper is: its own word counts where it says it surely; else that of the papers beside it in its folder, of
-- its forms, its text or its titles, of the register, of its folder, in this order.
with

own as (
    select documents.* replace (
        coalesce(bodies.body_id, documents.department_id) as department_id,
        coalesce(documents.named_by, case when documents.department_id is not null then 'label' end) as named_by
    )
    from {{ source('staging', 'documents') }} as documents
    left join {{ ref('stg_budget__bodies') }} as bodies
        on documents.folder_department = bodies.folder_department and documents.department_id = bodies.organization_id
),

-- narrative and tables of one budget are often published apart, and only the one says whose both are
pairs as (
    select
        own.document_id,
        any_value(others.department_id) as department_id,
        max_by(others.department_name, len(others.department_name)) as department_name,
        max(others.region_name) as region_name,
        min(others.file_name) as file_name
    from own
    inner join own as others
        on own.folder_department = others.folder_department
        and own.folder_year = others.folder_year
        and own.document_id <> others.document_id
        and others.named_by in ('label', 'cover', 'table')
        and others.scope is not distinct from own.scope
    where coalesce(own.named_by, '') not in ('label', 'cover', 'table') and own.reason is null
    group by own.document_id
    having count(distinct others.department_id) = 1
)

select
    own.* exclude (registered_name, registered_id, folder_body_id) replace (
        case
            when own.reason is not null then own.department_id
            else coalesce(pairs.department_id, own.department_id, own.registered_id, own.folder_body_id)
        end as department_id,
        case
            when own.reason is not null then own.department_name
            else coalesce(
                pairs.department_name, own.department_name, own.registered_name,
                case when own.folder_body_id is not null then own.folder_department end
            )
        end as department_name,
        coalesce(pairs.region_name, own.region_name) as region_name,
        case
            when own.reason is not null then own.named_by
            when pairs.department_id is not null then 'pair'
            when own.department_id is not null then own.named_by
            when own.registered_id is not null then 'register'
            when own.folder_body_id is not null then 'folder'
        end as named_by
    ),
    pairs.file_name as named_in
from own
left join pairs using (document_id)
