{#- The values that both sides of a rule between papers must share, as one text; `match_on` of the rule names them. -#}
{% macro matched_across(rule, line, year) -%}
    concat_ws('/', {{ year }},
    {%- for column in ['table_kind', 'organization_id', 'side', 'subject_scheme', 'subject_code', 'subject_level',
                       'fund_source', 'fund_period', 'expenditure_type', 'amount_basis'] %}
        case when list_contains(string_split({{ rule }}.match_on, '|'), '{{ column }}')
            then coalesce({{ line }}.{{ column }}, '-') end
        {%- if not loop.last %}, {% endif -%}
    {%- endfor %})
{%- endmacro %}
