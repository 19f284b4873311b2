-- Which papers a paper is compared with: earlier and later ones of the same body, and those of a department's units.
with

papers as (
    select
        document_id,
        fiscal_year,
        coalesce(document_kind, 'budget') as document_kind,
        department_id,
        department_name,
        folder_department,
        coalesce(scope, 'department') as scope
    from {{ ref('stg_budget__documents') }}
    where department_id is not null and fiscal_year is not null
),

units as (
    select
        organizations.document_id,
        organizations.organization_id,
        organizations.name
    from {{ ref('stg_budget__organizations') }} as organizations
    where organizations.level = 'unit'
        and organizations.organization_id not in (
            select parent_organization_id from {{ ref('stg_budget__organizations') }}
            where parent_organization_id is not null
        )
),

of_units as (
    select
        papers.document_id,
        units.organization_id,
        units.name as organization_name,
        unit_papers.document_id as other_id
    from papers
    inner join units on papers.document_id = units.document_id and units.organization_id <> papers.department_id
    left join papers as unit_papers
        on papers.fiscal_year = unit_papers.fiscal_year
        and papers.document_kind = unit_papers.document_kind
        and papers.document_id <> unit_papers.document_id
        and (
            unit_papers.department_id = units.organization_id
            or (
                papers.folder_department = unit_papers.folder_department
                and {{ same_body('unit_papers.department_name', 'units.name') }}
            )
            -- the office itself signs its own paper with the department's name
            or (
                unit_papers.scope = 'unit'
                and unit_papers.department_id = papers.department_id
                and {{ own_office('units.name') }}
            )
        )
    where papers.scope = 'department'
),

of_body as (
    select
        papers.document_id,
        others.document_id as other_id,
        others.document_kind as relation
    from papers
    inner join papers as others using (department_id, scope)
    where papers.document_id <> others.document_id
)

select document_id, other_id, relation, null::varchar as organization_id, null::varchar as organization_name from of_body
union all
select document_id, other_id, 'unit', organization_id, organization_name from of_units
