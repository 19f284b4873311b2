select document_id, table_no, table_id, table_kind, title, printed_unit, state, first_page, last_page
from {{ ref('stg_budget__tables') }}
order by document_id, table_no
