select row_number() over () as item_order, section, wording, role from {{ source('expectations', 'form_items') }}
