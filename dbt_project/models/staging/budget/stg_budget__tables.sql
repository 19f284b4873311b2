select * from {{ source('staging', 'tables') }}
