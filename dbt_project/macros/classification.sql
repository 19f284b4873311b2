{#- A classification as the official list has it, and the codes that published papers print beyond the list. -#}
{% macro classification(schemes, codes, lines) -%}
with

official as (
    select code, name, level, parent_code, first_year, last_year, 'official' as source
    from {{ codes }}
),

seen as (
    select
        subject_code as code,
        coalesce(min(subject_name), subject_code) as name,
        case len(subject_code) when 3 then 'class' when 5 then 'section' when 7 then 'item' end as level,
        case when len(subject_code) in (5, 7) then subject_code[:len(subject_code) - 2] end as parent_code,
        fiscal_year as first_year,
        fiscal_year as last_year,
        'seen' as source
    from {{ lines }} as lines
    where subject_scheme in ('{{ schemes | join("', '") }}')
        and subject_code is not null
        and not exists (
            select 1 from official
            where official.code = lines.subject_code
                and coalesce(official.first_year, 0) <= coalesce(lines.fiscal_year, 9999)
                and coalesce(official.last_year, 9999) >= coalesce(lines.fiscal_year, 0)
        )
    group by subject_code, fiscal_year
)

select code, name, level, parent_code, first_year::integer as first_year, last_year::integer as last_year, source
from (select * from official union all select * from seen)
order by code, first_year
{%- endmacro %}
