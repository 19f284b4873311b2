-- Which project of the project table a line of an overall form's project list is about: the same name, or else the one
-- most like it, both ways, within one form; of those left, the only one with its amount.
with

listed as (
    select
        form_amounts.form_id,
        forms.document_id,
        form_amounts.line_no,
        {{ letters('any_value(form_amounts.item)') }} as name,
        max(form_amounts.amount_yuan) filter (form_amounts.amount_year is not null) as amount_yuan
    from {{ ref('stg_budget__form_amounts') }} as form_amounts
    inner join {{ ref('stg_budget__forms') }} as forms using (form_id)
    where form_amounts.section = 'project_list'
    group by all
),

projects as (
    select
        document_id,
        project_key,
        {{ letters('any_value(project_name)') }} as name,
        max(value) filter (fund_source = 'all' and fund_period = 'total') as amount_yuan
    from {{ ref('int_amounts_located') }}
    where table_kind = 'project' and project_name is not null and project_key is not null
    group by all
),

alike as (
    select
        listed.form_id,
        listed.line_no,
        projects.project_key,
        (jaccard(listed.name, projects.name) + jaro_similarity(listed.name, projects.name)) / 2 as likeness
    from listed
    inner join projects using (document_id)
    where listed.name <> '' and projects.name <> ''
),

named as (
    select form_id, line_no, project_key
    from alike
    where likeness >= 0.7
    qualify rank() over (partition by form_id, line_no order by likeness desc) = 1
        and rank() over (partition by form_id, project_key order by likeness desc) = 1
        and count(*) over (partition by form_id, line_no, likeness) = 1
        and count(*) over (partition by form_id, project_key, likeness) = 1
)

select *, false as is_by_amount from named
union all
select listed.form_id, listed.line_no, projects.project_key, true as is_by_amount
from listed
inner join projects using (document_id, amount_yuan)
where listed.amount_yuan > 0
    and (listed.form_id, listed.line_no) not in (select (form_id, line_no) from named)
    and (listed.document_id, projects.project_key) not in (
        select (listed.document_id, named.project_key) from named inner join listed using (form_id, line_no)
    )
qualify count(*) over (partition by listed.form_id, listed.line_no) = 1
    and count(*) over (partition by listed.document_id, projects.project_key) = 1
