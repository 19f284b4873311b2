select
    check_id,
    rule_id,
    document_id,
    difference::decimal(38, 2) as difference,
    reason,
    accepted_by,
    accepted_on::date as accepted_on
from {{ source('expectations', 'accepted') }}
