select row_number() over () as word_order, dimension, value, wording from {{ source('expectations', 'text_words') }}
