select * from {{ source('staging', 'forms') }}
