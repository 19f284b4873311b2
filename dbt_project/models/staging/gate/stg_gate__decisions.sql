select * from {{ source('staging', 'gate') }}
