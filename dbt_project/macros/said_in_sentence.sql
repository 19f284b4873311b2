{#- What a side of an identity is called within a sentence: numbers of the running text stand in quotes of their own. -#}
{% macro sentence_label(label) -%}
    regexp_replace(
        replace(replace(replace({{ label }}, '文字「', '「'), '增减（%）', '增减率'), '占比（%）', '占比'), '」（[^）]*）', '」', 'g'
    )
{%- endmacro %}

{#- A sentence of sentences.csv with its places filled in. What a paper prints is put in last: it may hold a brace. -#}
{% macro said_in_sentence(template, language) -%}
    {%- set places = {
        'left_value': amount_said('left_value', language, 'left_in_wan'),
        'right_value': amount_said('right_value', language, 'right_in_wan'),
        'left_number': number_said('left_value', 0),
        'difference': amount_said('abs(difference)', language, 'difference_in_wan', is_difference=true),
        'page': "page::varchar",
        'note': "coalesce(nullif(regexp_extract(right_label, '“(.*)”', 1), ''), nullif(regexp_extract(left_label, '“(.*)”', 1), ''), '—')",
        'left_at': 'left_' ~ language,
        'right_at': 'right_' ~ language,
        'left': sentence_quoted('left_words'),
        'right': sentence_quoted('right_words'),
        'left_words': 'left_words',
        'right_words': 'right_words',
    } -%}
    array_to_string(
        list_transform(
            regexp_extract_all({{ template }}, '\{[a-z_]+\}|[^{]+'),
            lambda piece: case piece
                {%- for name, value in places.items() %}
                when '{{ '{' ~ name ~ '}' }}' then coalesce({{ value }}, '')
                {%- endfor %}
                else piece
            end
        ),
        ''
    )
{%- endmacro %}

{% macro sentence_quoted(words) -%}
    case when contains({{ words }}, '「') then {{ words }} when contains({{ words }}, '“') then '「' || {{ words }} || '」' else '“' || {{ words }} || '”' end
{%- endmacro %}

{#- A number with its thousands parted, no digits behind the point but those that say something and at least so many. -#}
{% macro number_said(value, decimals) -%}
    replace(
        regexp_replace(
            format('{:,.6f}', ({{ value }})::double), '{{ '\\.?0+$' if decimals == 0 else '(\\.\\d{' ~ decimals ~ '}\\d*?)0+$' }}',
            '{{ '' if decimals == 0 else '\\1' }}'
        ),
        '-', '−'
    )
{%- endmacro %}

{#- An amount in the unit that the paper prints (English: yuan), a rate per cent, a count in what is counted. -#}
{% macro amount_said(value, language, is_in_wan, is_difference=false) -%}
    case
        when {{ value }} is null then ''
        when value_unit = '%' then {{ number_said(value, 2) }} || '{{ {'zh': ' 个百分点', 'en': ' percentage points'}[language] if is_difference else '%' }}'
        when value_unit is distinct from '元' then {{ number_said(value, 0) }} || coalesce(' ' || value_unit, '')
        {%- if language == 'zh' %}
        when {{ is_in_wan }} then {{ number_said('(' ~ value ~ ') / 10000', 2) }} || ' 万元'
        {%- endif %}
        else {{ number_said(value, 2) }} || ' {{ {'zh': '元', 'en': 'yuan'}[language] }}'
    end
{%- endmacro %}
