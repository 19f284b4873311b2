select
    row_number() over () as term_no,
    * exclude (weight, years_on),
    weight::decimal(9, 4) as weight,
    years_on::integer as years_on
from {{ source('expectations', 'across_terms') }}
