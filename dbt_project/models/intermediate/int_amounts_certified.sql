-- How many identities that hold prove an amount. One by which the meaning of a column was worked out proves nothing of it,
-- nor of what it was weighed against: it was chosen because it holds.
with

used_to_infer as (
    select distinct terms.check_id
    from {{ ref('int_check_terms_gathered') }} as terms
    inner join {{ ref('stg_budget__amounts') }} as amounts using (amount_id)
    where contains(amounts.inferred, terms.rule_id)
)

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
    and terms.check_id not in (select check_id from used_to_infer)
group by all
