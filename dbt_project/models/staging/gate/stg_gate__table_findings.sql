select * from {{ source('staging', 'table_findings') }}
