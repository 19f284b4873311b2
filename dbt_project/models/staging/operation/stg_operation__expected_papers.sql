select * from {{ source('staging', 'expected_papers') }}
