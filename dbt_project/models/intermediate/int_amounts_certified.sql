select
    terms.amount_id,
    count(distinct terms.check_id)::integer as certifying_checks
from {{ ref('int_check_terms_gathered') }} as terms
inner join {{ ref('int_checks_evaluated') }} as checks using (check_id)
where checks.outcome in ('pass', 'rounding')
    and checks.relation <> '%'
    -- an amount that is only known to be large enough is not proven
    and abs(checks.difference) <= checks.tolerance
    and terms.state in ('number', 'zero')
group by all
