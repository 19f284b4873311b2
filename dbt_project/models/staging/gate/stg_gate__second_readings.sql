select * from {{ source('staging', 'second_readings') }}
