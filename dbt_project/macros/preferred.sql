{#- How far down the lists of alternatives of the term `term` the amount `amount` stands: the first alternative that a
    paper prints is meant. -#}
{% macro preferred(term, amount) -%}
    {%- set pairs = {
        'table_kind': 'table_kind', 'subject_code': 'subject_code',
        'fund_period': 'fund_period', 'expenditure_type': 'expenditure_type',
    } -%}
    [
    {%- for selector, column in pairs.items() %}
        coalesce(list_position(string_split({{ term }}.{{ selector }}, '|'), coalesce({{ amount }}.{{ column }}, 'none')), 0)
        {%- if not loop.last %}, {% endif -%}
    {%- endfor %}
    ]
{%- endmacro %}
