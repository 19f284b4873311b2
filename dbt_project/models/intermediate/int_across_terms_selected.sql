-- Rules between papers whose lines were found on both sides. A sum over units that lacks the paper of one cannot be
-- checked and says whose is missing, once per table.
with

found as (
    select * from {{ ref('int_across_terms_found') }}
),

complete as (
    select
        rule_id, document_id, matched, any_value(table_kind) filter (term_side = 'left') as table_kind,
        bool_or(gather = 'each') as sums_units,
        min((row_no, column_no)) filter (term_side = 'left') as place_in_table
    from found
    group by all
    having bool_or(term_side = 'left') and bool_or(term_side = 'right')
),

units_printing as (
    select distinct
        related.document_id, related.organization_id, related.organization_name, kinds.table_kind,
        lines.document_id is not null as prints_it
    from {{ ref('int_papers_related') }} as related
    cross join (select distinct table_kind from found where relation = 'unit') as kinds
    left join {{ ref('int_paper_lines') }} as lines
        on related.other_id = lines.document_id and kinds.table_kind = lines.table_kind
    where related.relation = 'unit'
),

units_lacking as (
    select document_id, table_kind, string_agg(organization_name, '、' order by organization_id) as names
    from (
        select document_id, table_kind, organization_id, any_value(organization_name) as organization_name
        from units_printing
        group by all
        having not bool_or(prints_it)
    )
    group by all
),

checked as (
    select
        complete.rule_id, complete.document_id, complete.matched,
        case when complete.sums_units then 'needs ' || lacking.table_kind || ' of ' || lacking.names end as wanting
    from complete
    left join units_lacking as lacking using (document_id, table_kind)
    qualify wanting is null or row_number() over (
        partition by complete.rule_id, complete.document_id, complete.table_kind
        order by complete.place_in_table, complete.matched
    ) = 1
)

select
    found.rule_id,
    found.document_id,
    found.rule_place || '/' || found.matched as place,
    found.term_side as side,
    found.weight,
    found.amount_id,
    case
        when found.paper_id <> found.document_id
            then coalesce(found.organization_name, '') || found.fiscal_year || '年' || kinds.zh
    end as said_in,
    checked.wanting
from found
inner join checked using (rule_id, document_id, matched)
left join {{ ref('stg_codes__codebook') }} as kinds
    on kinds.field = 'document_kind' and found.document_kind = kinds.code
