{{ classification(['function'], ref('stg_codes__function_codes'), ref('fct_budget_line')) }}
