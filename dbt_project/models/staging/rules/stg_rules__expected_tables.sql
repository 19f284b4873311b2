select table_kind, title_zh, document_kind, first_year::integer as first_year, legal_basis
from {{ source('expectations', 'expected_tables') }}
