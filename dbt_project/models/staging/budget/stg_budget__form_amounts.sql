select
    md5(concat_ws('/', form_id, section, line_no, funding, coalesce(amount_year::varchar, '-'),
        nullif(amount_basis, 'budget'))) as form_amount_id,
    *
from {{ source('staging', 'form_amounts') }}
