-- What the register of expected papers (raw/register.csv) asks for, and what came of it.
with

papers as (
    select
        papers.document_id,
        papers.department_id,
        -- a copy is refused unread: its original says whose it is
        coalesce(originals.department_name, papers.department_name) as department_name,
        split_part(papers.source_path, '/', 2) as folder_department,
        coalesce(
            originals.fiscal_year, papers.fiscal_year, try_cast(split_part(papers.source_path, '/', 1) as integer)
        ) as fiscal_year,
        coalesce(originals.document_kind, papers.document_kind, 'budget') as document_kind,
        papers.scope,
        papers.status
    from {{ ref('dim_document') }} as papers
    left join {{ ref('dim_document') }} as originals
        on papers.status_reason like 'copy:%'
        and papers.sha256 = originals.sha256
        and coalesce(originals.status_reason, '') not like 'copy:%'
),

names as (
    select distinct department_name, {{ letters('department_name') }} as name
    from {{ ref('stg_operation__expected_papers') }}
),

-- which body of the register a printed name is; a short one that fits several says nothing
printed as (
    select
        papers.department_name as printed_name,
        coalesce(
            min(names.department_name) filter (names.department_name = papers.department_name),
            case when count(*) = 1 then min(names.department_name) end
        ) as registered_name
    from (select distinct department_name, {{ letters('department_name') }} as name from papers) as papers
    inner join names
        on right(papers.name, 3) = right(names.name, 3)
        and {{ same_body('papers.name', 'names.name') }}
    group by all
),

-- a paper that prints a registered body's name is that body's, wherever it lies; else its folder says whose it is
belonging as (
    select
        papers.*,
        coalesce(printed.registered_name, names.department_name) as registered_name,
        printed.registered_name is null as by_folder
    from papers
    left join printed on papers.department_name = printed.printed_name
    left join names on papers.folder_department = names.department_name
),

known as (
    select
        registered_name as department_name,
        -- its own papers before those of its units
        arg_min(department_id, (by_folder, scope is distinct from 'department', department_id)) as department_id
    from belonging
    where department_id is not null and registered_name is not null
    group by all
),

received as (
    select
        registered_name as department_name,
        fiscal_year,
        document_kind,
        count(*)::integer as papers,
        count(*) filter (status = 'published')::integer as papers_published,
        count(*) filter (status = 'held')::integer as papers_held
    from belonging
    where fiscal_year is not null and registered_name is not null
    group by all
)

select
    expected.department_name,
    expected.department_code,
    expected.region_name,
    expected.parent_name,
    expected.fiscal_year,
    expected.document_kind,
    expected.due_on,
    case
        when received.papers_published > 0 then 'published'
        when received.papers_held > 0 then 'held'
        when received.papers > 0 then 'refused'
        when expected.is_late then 'late'
        else 'missing'
    end as state,
    known.department_id,
    coalesce(received.papers, 0)::integer as papers,
    coalesce(received.papers_published, 0)::integer as papers_published
from {{ ref('stg_operation__expected_papers') }} as expected
left join received using (department_name, fiscal_year, document_kind)
left join known using (department_name)
order by expected.fiscal_year, expected.document_kind, expected.department_name
