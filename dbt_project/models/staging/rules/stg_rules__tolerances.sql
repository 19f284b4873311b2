select family, kind, severity from {{ source('expectations', 'tolerances') }}
