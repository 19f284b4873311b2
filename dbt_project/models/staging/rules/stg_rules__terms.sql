select
    row_number() over () as term_no,
    * exclude (weight, required),
    weight::decimal(9, 4) as weight,
    required::boolean as required
from {{ source('expectations', 'terms') }}
