select applies_to, "case", zh, en from {{ source('expectations', 'sentences') }}
