-- Papers that can be held against others: those whose body and year are known.
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
