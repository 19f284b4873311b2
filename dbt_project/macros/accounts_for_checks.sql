{#- Fails where a column of a model, summed, is not the count of the checks with its outcomes; `counts` has the outcomes
    by column. -#}
{% test accounts_for_checks(model, counts) %}
{%- for column, outcomes in counts.items() %}
select '{{ column }}' as count_name, summed.counted, checks.counted as checks
from (select coalesce(sum({{ column }}), 0)::bigint as counted from {{ model }}) as summed
cross join (
    select count(*) as counted from {{ ref('fct_check') }} where outcome in ('{{ outcomes | join("', '") }}')
) as checks
where summed.counted <> checks.counted
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
