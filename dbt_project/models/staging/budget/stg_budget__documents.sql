select * from {{ source('staging', 'documents') }}
