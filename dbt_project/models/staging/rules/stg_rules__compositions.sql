select rule_id, dimension, whole, part from {{ source('expectations', 'compositions') }}
