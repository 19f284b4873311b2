-- Which papers a paper is compared with: earlier and later ones of the same body, and those of a department's units.
with

papers as (
    select * from {{ ref('int_papers_identified') }}
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

named_units as (
    select
        papers.*,
        units.organization_id,
        units.name
    from papers
    inner join units on papers.document_id = units.document_id and units.organization_id <> papers.department_id
    where papers.scope = 'department'
),

-- each way by itself: joined by one or the other, every unit would be held against every paper of the year
unit_papers as (
    select named.document_id, named.organization_id, others.document_id as other_id
    from named_units as named
    inner join papers as others using (fiscal_year, document_kind)
    where others.department_id = named.organization_id
    union
    select named.document_id, named.organization_id, others.document_id
    from named_units as named
    inner join papers as others using (fiscal_year, document_kind, folder_department)
    where {{ same_body('others.department_name', 'named.name') }}
    union
    -- the office itself signs its own paper with the department's name
    select named.document_id, named.organization_id, others.document_id
    from named_units as named
    inner join papers as others using (fiscal_year, document_kind, department_id)
    where others.scope = 'unit' and {{ own_office('named.name') }}
),

of_units as (
    select
        named.document_id,
        named.organization_id,
        named.name as organization_name,
        unit_papers.other_id
    from named_units as named
    left join unit_papers
        on named.document_id = unit_papers.document_id
        and named.organization_id = unit_papers.organization_id
        and named.document_id <> unit_papers.other_id
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
