with

documents as (
    select
        department_id,
        -- its papers may name it in several ways: as everywhere, else the fullest
        coalesce(
            any_value(organizations.name), max_by(department_name, (len(department_name), department_name))
        ) as department_name,
        fiscal_year,
        coalesce(document_kind, 'budget') as document_kind
    from {{ ref('dim_document') }}
    left join {{ ref('dim_organization') }} as organizations on department_id = organizations.organization_id
    where department_id is not null and fiscal_year is not null
    group by all
),

registered as (
    select department_id, department_name, fiscal_year, document_kind, due_on, state
    from {{ ref('expected_papers') }}
),

bodies as (
    select
        documents.department_id,
        documents.department_name,
        documents.fiscal_year,
        documents.document_kind,
        bool_or(registered.due_on is not null) as in_register,
        max(registered.due_on) as due_on,
        'missing' as unprinted
    from documents
    left join registered using (department_id, fiscal_year, document_kind)
    group by all
    union all
    -- of these there is no paper, or none that says whose it is
    select
        registered.department_id,
        coalesce(named.department_name, registered.department_name) as department_name,
        registered.fiscal_year,
        registered.document_kind,
        true as in_register,
        registered.due_on,
        case when registered.state in ('held', 'refused') then 'unread' else registered.state end as unprinted
    from registered
    anti join documents using (department_id, fiscal_year, document_kind)
    left join (select department_id, max(department_name) as department_name from documents group by all) as named
        using (department_id)
),

expected as (
    select bodies.*, kinds.table_kind, kinds.legal_basis
    from bodies
    inner join {{ ref('stg_rules__expected_tables') }} as kinds
        on list_contains(string_split(kinds.document_kind, '|'), bodies.document_kind)
        and (kinds.first_year is null or bodies.fiscal_year >= kinds.first_year)
),

printed as (
    select
        documents.department_id,
        documents.fiscal_year,
        coalesce(documents.document_kind, 'budget') as document_kind,
        tables.table_kind,
        tables.document_id,
        tables.first_page as page,
        case
            when documents.status <> 'published' then 'unread'
            when tables.state = 'filled' then 'published'
            when tables.state = 'empty_declared' then 'empty_noted'
            when tables.state = 'empty_undeclared' then 'empty'
            else 'unread'
        end as status
    from {{ ref('printed_tables') }} as tables
    inner join {{ ref('dim_document') }} as documents using (document_id)
    where tables.table_kind is not null
),

-- one body may hand in several papers: the best of them counts
best as (
    select * from printed
    qualify row_number() over (
        partition by department_id, fiscal_year, document_kind, table_kind
        order by list_position(['published', 'empty_noted', 'empty', 'unread'], status), document_id, page
    ) = 1
)

select
    expected.department_id,
    expected.department_name,
    expected.fiscal_year,
    expected.document_kind,
    expected.table_kind,
    coalesce(best.status, expected.unprinted) as status,
    best.document_id,
    best.page,
    expected.in_register,
    expected.due_on,
    expected.legal_basis
from expected
left join best using (department_id, fiscal_year, document_kind, table_kind)
order by
    expected.department_id, expected.department_name, expected.fiscal_year, expected.document_kind, expected.table_kind
