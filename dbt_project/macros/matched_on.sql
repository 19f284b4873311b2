{#- The values that both sides of a rule must share, as one text; `match_on` of the rule names them, parted by `|`. -#}
{% macro matched_on(rule, amount) -%}
    concat_ws('/',
    {%- for column in ['organization_id', 'subject_scheme', 'subject_code', 'fund_source', 'fund_period',
                       'expenditure_type', 'amount_basis', 'amount_year', 'project_key'] %}
        case when list_contains(string_split({{ rule }}.match_on, '|'), '{{ column }}')
            then coalesce({{ amount }}.{{ column }}::varchar, '-') end
        {%- if not loop.last %}, {% endif -%}
    {%- endfor %})
{%- endmacro %}
