select code, name, level, parent_code, first_year::integer as first_year, last_year::integer as last_year
from {{ source('vocabulary', 'economic_codes') }}
