select * from {{ source('staging', 'other_numbers') }}
