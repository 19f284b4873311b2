select rule_id, family, title_zh, title_en, formula, relation, severity, legal_basis, first_year
from {{ ref('stg_rules__rules') }}
order by rule_order
