select
    amounts.amount_id,
    amounts.document_id,
    amounts.table_id,
    amounts.row_no,
    amounts.block_no,
    amounts.column_no,
    amounts.depth,
    amounts.row_label,
    amounts.column_label,
    amounts.state,
    amounts.printed_text,
    amounts.amount_yuan,
    coalesce(certified.certifying_checks, 0)::integer as certifying_checks,
    amounts.page,
    amounts.x0,
    amounts.top,
    amounts.x1,
    amounts.bottom
from {{ ref('int_amounts_located') }} as amounts
left join {{ ref('int_amounts_certified') }} as certified using (amount_id)
order by amounts.document_id, amounts.table_id, amounts.row_no, amounts.column_no
