select
    amounts.document_id,
    count(*) filter (amounts.state in ('number', 'zero', 'unread'))::integer as amounts_total,
    count(certified.amount_id)::integer as amounts_certified,
    count(*) filter (amounts.state = 'unread')::integer as amounts_unread
from {{ ref('stg_budget__amounts') }} as amounts
left join {{ ref('int_amounts_certified') }} as certified using (amount_id)
group by all
