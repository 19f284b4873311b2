select * from {{ source('staging', 'blocked_checks') }}
