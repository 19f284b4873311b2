select * from {{ source('staging', 'form_amounts') }}
