{{ classification(['economic', 'government_economic'], ref('stg_codes__economic_codes'), ref('fct_budget_line')) }}
