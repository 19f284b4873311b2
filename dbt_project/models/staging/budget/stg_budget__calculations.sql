select
    md5(concat_ws('/', form_id, section, line_no, 'basis', piece_no, result_no)) as calculation_id,
    *
from {{ source('staging', 'calculations') }}
