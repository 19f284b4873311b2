select
    rule_id,
    row_number() over () as rule_order,
    family,
    title_zh,
    title_en,
    formula,
    relation,
    severity,
    place,
    match_on,
    legal_basis,
    first_year::integer as first_year
from {{ source('expectations', 'rules') }}
