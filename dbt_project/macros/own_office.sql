{#- Whether a unit's name says that it is the department's own office. -#}
{% macro own_office(name) -%}
    regexp_matches({{ name }}, '(本级|本部|机关)[）)]?$')
{%- endmacro %}
