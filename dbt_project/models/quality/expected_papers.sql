-- What the register of expected papers (raw/register.csv) asks for, and what came of it.
with

papers as (
    select
        document_id,
        department_id,
        department_name,
        split_part(source_path, '/', 2) as folder_department,
        coalesce(fiscal_year, try_cast(split_part(source_path, '/', 1) as integer)) as fiscal_year,
        coalesce(document_kind, 'budget') as document_kind,
        status
    from {{ ref('dim_document') }}
),

-- the register names a body by its folder or as the papers print it
known as (
    select names.department_name, min(papers.department_id) as department_id
    from (select distinct department_name from {{ ref('stg_operation__expected_papers') }}) as names
    inner join papers on names.department_name in (papers.folder_department, papers.department_name)
    group by all
),

received as (
    select
        expected.department_name,
        expected.fiscal_year,
        expected.document_kind,
        count(*)::integer as papers,
        count(*) filter (papers.status = 'published')::integer as papers_published,
        count(*) filter (papers.status = 'held')::integer as papers_held
    from {{ ref('stg_operation__expected_papers') }} as expected
    inner join papers
        on expected.fiscal_year = papers.fiscal_year
        and expected.document_kind = papers.document_kind
        and expected.department_name in (papers.folder_department, papers.department_name)
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
