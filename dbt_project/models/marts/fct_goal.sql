select
    goals.form_id,
    goals.scope,
    goals.goal_no,
    goals.goal_text
from {{ ref('stg_budget__goals') }} as goals
inner join {{ ref('fct_form') }} as published using (form_id)
order by goals.form_id, goals.scope, goals.goal_no
