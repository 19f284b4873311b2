select row_number() over () as list_order, * from {{ source('expectations', 'text_lists') }}
