select
    md5(concat_ws('/', form_id, section, line_no, funding, coalesce(amount_year::varchar, '-'),
        nullif(amount_basis, 'budget'),
        -- a form may print several amounts of one funding side by side: 财政拨款合计, 基本支出, 项目支出
        nullif(row_number() over (
            partition by form_id, section, line_no, funding, amount_year, amount_basis order by page, top, x0
        ), 1))) as form_amount_id,
    *
from {{ source('staging', 'form_amounts') }}
