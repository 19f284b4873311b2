{#- A name without punctuation and blanks. -#}
{% macro letters(name) -%}
    regexp_replace({{ name }}, '[^\p{Han}a-zA-Z0-9]', '', 'g')
{%- endmacro %}
