{#- What a term can select an amount by, and a number for all of it: few differ, however many papers there are. -#}
{% macro selector_columns() -%}
    table_kind, side, subject_scheme, subject_code, subject_level, fund_source, fund_period, expenditure_type, amount_basis
{%- endmacro %}

{% macro selector_key(amount) -%}
    hash(
    {%- for column in selector_columns().split(',') %}
        {{- amount }}.{{ column | trim }}
        {%- if not loop.last %}, {% endif -%}
    {%- endfor %})
{%- endmacro %}
