select document_id, source_path, sha256, first_seen, last_seen, superseded_by, renamed_to, withdrawn
from {{ ref('stg_operation__paper_ledger') }}
order by source_path, first_seen, sha256
