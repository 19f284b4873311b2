-- Which lines of which papers a rule between papers compares, seen from the paper that carries the check: the one
-- that repeats the figure.
with

lines as (
    select * from {{ ref('int_paper_lines') }}
),

classes as (
    select distinct across_key, amount_age, {{ selector_columns() }} from lines
),

terms as (
    select terms.*, classes.across_key
    from {{ ref('stg_rules__across_terms') }} as terms
    inner join classes
        on {{ selects('terms', 'classes') }}
        and list_contains(string_split(terms.amount_age, '|'), classes.amount_age::varchar)
),

-- the papers that one paper can see, itself among them
seen as (
    select distinct document_id, document_id as other_id, 'own' as relation, null::varchar as organization_id, null::varchar as organization_name
    from lines
    union all
    select distinct document_id, document_id, 'own_' || document_kind, null, null from lines
    union all
    select document_id, other_id, relation, organization_id, organization_name
    from {{ ref('int_papers_related') }}
    where other_id is not null
),

found as (
    select
        rules.rule_id,
        rules.place as rule_place,
        rules.match_on,
        seen.document_id,
        seen.relation,
        seen.organization_name,
        terms.term_no,
        terms.side as term_side,
        terms.weight,
        terms.gather,
        lines.amount_year + terms.years_on as year_matched,
        -- no more columns than are needed: all rows go through a window
        lines.document_id as paper_id,
        lines.fiscal_year,
        lines.document_kind,
        lines.department_id,
        lines.department_name,
        lines.scope,
        lines.amount_id,
        lines.table_kind,
        lines.side,
        lines.subject_scheme,
        lines.subject_level,
        lines.fund_source,
        lines.fund_period,
        lines.expenditure_type,
        lines.amount_basis,
        lines.is_blank,
        lines.row_no,
        lines.column_no,
        coalesce(seen.organization_id, lines.organization_id) as organization_id,
        coalesce(renumbered.subject_code, lines.subject_key) as subject_code
    from {{ ref('stg_rules__rules') }} as rules
    inner join terms using (rule_id)
    inner join lines using (across_key)
    inner join seen on terms.paper = seen.relation and lines.document_id = seen.other_id
    left join {{ ref('int_codes_renumbered') }} as renumbered
        on seen.document_id = renumbered.document_id
        and seen.other_id = renumbered.other_id
        and lines.table_kind = renumbered.table_kind
        and lines.subject_code = renumbered.other_code
    where rules.place in ('papers', 'units')
        and (rules.first_year is null or lines.fiscal_year >= rules.first_year)
        and (seen.document_id = seen.other_id or lines.speaks_for_its_body)
        and not (terms.side = 'left' and rules.place = 'papers' and lines.is_blank)
        and not (terms.gather = 'something' and coalesce(lines.value, 1) = 0)
),

matched as (
    select
        rule_id, rule_place, document_id, relation, organization_name, term_no, term_side, weight, gather, year_matched,
        paper_id, fiscal_year, document_kind, department_id, department_name, scope, amount_id, table_kind, is_blank,
        row_no, column_no, organization_id,
        {{ matched_across('found', 'found', 'year_matched') }} as matched
    from found
)

select * from matched
-- the same line printed twice in one paper is one line
qualify row_number() over (
    partition by rule_id, document_id, term_no, matched, case when relation = 'unit' then organization_id end
    order by is_blank, paper_id, row_no, column_no
) = 1
