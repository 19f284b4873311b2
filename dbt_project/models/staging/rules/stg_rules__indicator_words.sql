select row_number() over () as word_order, wording, thing, expected, note from {{ source('expectations', 'indicator_words') }}
