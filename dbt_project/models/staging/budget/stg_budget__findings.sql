select * from {{ source('staging', 'findings') }}
