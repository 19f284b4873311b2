select * from {{ source('staging', 'statements') }}
