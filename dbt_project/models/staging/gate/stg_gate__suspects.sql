select * from {{ source('staging', 'suspects') }}
