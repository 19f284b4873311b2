select * from {{ source('staging', 'indicators') }}
