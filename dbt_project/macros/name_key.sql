{#- What two wordings of one subject's name have in common: 其它 and 其他, with and without 事务 and 支出 at the end. -#}
{% macro name_key(name) -%}
    regexp_replace(replace({{ letters(name) }}, '其它', '其他'), '(等|事务|支出)+$', '')
{%- endmacro %}
