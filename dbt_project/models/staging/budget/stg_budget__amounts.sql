select * from {{ source('staging', 'amounts') }}
