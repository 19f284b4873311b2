select
    table_id,
    document_id,
    table_no,
    table_kind,
    title,
    printed_unit,
    state,
    note,
    method,
    first_page,
    last_page
from {{ ref('stg_budget__tables') }}
order by document_id, table_no
