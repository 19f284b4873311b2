{#- Whether two printed names are one body's, one of them with more of the region in front: 示例区统计局 and
    示例市示例区统计局, 区统计局 too. -#}
{% macro same_body(one, other) -%}
    ({{ one }} = {{ other }} or {{ names_region_before(one, other) }} or {{ names_region_before(other, one) }})
{%- endmacro %}

{% macro names_region_before(long, short) -%}
    (
        len({{ short }}) >= 3
        and ends_with({{ long }}, {{ short }})
        and regexp_matches(
            {{ long }}[:len({{ long }}) - len({{ short }})]
                || case when regexp_matches({{ short }}, '^[省市区县旗州盟]') then {{ short }}[1] else '' end,
            '[省市区县旗州盟]$'
        )
    )
{%- endmacro %}
