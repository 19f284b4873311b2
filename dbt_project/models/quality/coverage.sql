with

expected as (
    select * from {{ ref('int_tables_expected') }}
    -- of the papers that came to something
    where (department_id, fiscal_year, document_kind) in (
        select (department_id, fiscal_year, coalesce(document_kind, 'budget')) from {{ ref('dim_document') }}
    )
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
    from {{ ref('stg_budget__tables') }} as tables
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
    coalesce(best.status, 'missing') as status,
    best.document_id,
    best.page,
    expected.legal_basis
from expected
left join best using (department_id, fiscal_year, document_kind, table_kind)
order by expected.department_id, expected.fiscal_year, expected.document_kind, expected.table_kind
