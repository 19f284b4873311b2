select row_number() over () as message_order, pattern, zh from {{ source('expectations', 'messages') }}
