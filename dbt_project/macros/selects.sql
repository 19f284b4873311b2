{#- Whether the amount `amount` is one that the term `term` selects: an empty selector selects everything,
    `|` parts alternatives, `none` stands for an amount without a value. -#}
{% macro selects(term, amount) -%}
    {%- set pairs = {
        'table_kind': 'table_kind', 'line_side': 'side', 'subject_scheme': 'subject_scheme',
        'subject_code': 'subject_code', 'subject_level': 'subject_level', 'fund_source': 'fund_source',
        'fund_period': 'fund_period', 'expenditure_type': 'expenditure_type', 'amount_basis': 'amount_basis',
    } -%}
    {%- for selector, column in pairs.items() %}
    ({{ term }}.{{ selector }} is null
        or list_contains(string_split({{ term }}.{{ selector }}, '|'), coalesce({{ amount }}.{{ column }}, 'none')))
    {%- if not loop.last %} and {% endif -%}
    {%- endfor %}
{%- endmacro %}
