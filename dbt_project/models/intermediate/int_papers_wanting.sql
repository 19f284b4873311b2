-- Of a rule between papers that could not be evaluated: which other paper it needs, where this one prints its part.
with

found as (
    select * from {{ ref('int_across_terms_found') }}
),

own as (
    select distinct
        found.rule_id, found.document_id, found.department_id, found.department_name, found.scope, found.year_matched,
        terms.paper, terms.years_on
    from found
    inner join {{ ref('stg_rules__across_terms') }} as terms on found.rule_id = terms.rule_id and terms.side = 'right'
    where found.term_side = 'left' and found.rule_place = 'papers'
),

papers_needed as (
    select distinct
        own.rule_id,
        own.document_id,
        own.year_matched - own.years_on as year_needed,
        concat_ws(
            ' ',
            case when papers.document_id is null then 'needs the' else 'prints no such line: the' end,
            replace(own.paper, '_', ' '), year_needed, 'of', own.department_name
        ) as need
    from own
    left join {{ ref('stg_budget__documents') }} as papers
        on own.department_id = papers.department_id
        and own.scope = coalesce(papers.scope, 'department')
        and own.paper = coalesce(papers.document_kind, 'budget')
        and own.year_matched - own.years_on = papers.fiscal_year
        and own.document_id <> papers.document_id
        and papers.reason is null
),

units_needed as (
    select
        rules.rule_id,
        related.document_id,
        case
            when bool_or(related.other_id is not null) then 'the papers of its units print no such line'
            else 'needs the papers of '
                || string_agg(distinct related.organization_name, '、' order by related.organization_name)
        end as need
    from {{ ref('int_papers_related') }} as related
    inner join {{ ref('stg_rules__rules') }} as rules on rules.place = 'units'
    where related.relation = 'unit'
    group by all
)

select rule_id, document_id, string_agg(need, ', ' order by year_needed desc, need) as unmet_condition
from papers_needed
group by all
union all
select rule_id, document_id, need from units_needed
