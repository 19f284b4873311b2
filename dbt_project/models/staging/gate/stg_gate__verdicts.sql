select * from {{ source('staging', 'verdicts') }}
