select * from {{ source('staging', 'goals') }}
