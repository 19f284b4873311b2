select * from {{ source('staging', 'paper_ledger') }}
