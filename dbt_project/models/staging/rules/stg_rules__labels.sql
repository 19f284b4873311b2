select dimension, value, label_zh, label_en from {{ source('expectations', 'labels') }}
