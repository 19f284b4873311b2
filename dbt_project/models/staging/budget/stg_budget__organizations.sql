select * from {{ source('staging', 'organizations') }}
