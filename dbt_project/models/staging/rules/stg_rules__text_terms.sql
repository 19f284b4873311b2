with

numbered as (
    select row_number() over () as term_order, * from {{ source('expectations', 'text_terms') }}
)

-- rows of one wording are one term
select *, min(term_order) over (partition by rule_id, wording, within) as wording_order from numbered
