-- Claims of the running text about another year, or about the budget a final account began with: the claim's subject
-- is found in the tables by what it says of this paper's own year, and looked up in the paper of the year it names.
with

statements as (
    select
        located.*, documents.department_id, documents.department_name, said.quote,
        located.subject || '/' || coalesce(located.period, '-') || '#' || row_number() over (
            partition by located.document_id, located.subject, located.measure, located.period
            order by located.statement_no
        ) as place
    from {{ ref('int_statements_located') }} as located
    inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
    inner join {{ ref('stg_budget__statements') }} as said on located.amount_id = said.statement_id
    where documents.department_id is not null and located.claim_year is not null
),

claims as (
    select
        *,
        case
            when measure = 'change' then 'YEARS-10'
            when claim_year < fiscal_year then 'PRIOR-07'
            else 'YEARS-11'
        end as rule_id,
        case when measure = 'change' then try_cast(split_part(period, '/', 2) as integer) else claim_year end as year_named,
        case when aspect = 'budget' or document_kind = 'budget' then 'budget' else 'final_account' end as kind_named
    from statements
    where (
            measure = 'change'
            and regexp_matches(unit, '元|万|亿')
            -- a budget compared with what was spent has nothing to do with last year's budget
            and not (document_kind = 'budget' and regexp_matches(quote, '(比|较|与)[^,，。;；]*(执行数|决算|实际)'))
        )
        or (measure = 'amount' and claim_year < fiscal_year and (aspect = 'budget' or (aspect in ('amount', 'final') and document_kind = 'final_account')))
        or (measure = 'amount' and claim_year = fiscal_year and aspect = 'budget' and document_kind = 'final_account'
            and regexp_matches(subject, '年初'))
),

-- what the same subject is this year, as the text says it nearest to the claim
current_amounts as (
    select
        claims.amount_id as claim_id,
        now.amount_id as now_id
    from claims
    inner join statements as now
        on claims.document_id = now.document_id
        and claims.section = now.section
        and claims.head = now.head
        and now.measure = 'amount'
        and now.claim_year = claims.fiscal_year
        and now.amount_id <> claims.amount_id
        and (now.aspect = 'amount' or now.aspect = case claims.document_kind when 'budget' then 'budget' else 'final' end)
    qualify row_number() over (
        partition by claims.amount_id
        order by now.sentence_no = claims.sentence_no desc, abs(now.statement_no - claims.statement_no), now.amount_id
    ) = 1
),

-- and the one cell of the tables it stands in
own_cells as (
    select claims.*, matched.amount_ids[1] as cell_id
    from claims
    inner join current_amounts on claims.amount_id = current_amounts.claim_id
    inner join {{ ref('int_statements_matched') }} as matched on current_amounts.now_id = matched.statement_id
    where matched.unmet_condition is null and len(matched.amount_ids) = 1
),

lines as (
    select * from {{ ref('int_paper_lines') }}
),

other_papers as (
    select distinct department_id, scope, document_kind, fiscal_year from lines
),

-- the line of the other paper that says the same, under the same name or as its code is written there; not in the left
-- join below, where a condition with `or` would compare every claim with every line
found as (
    select
        own_cells.amount_id as claim_id,
        others.amount_id as other_id,
        others.fiscal_year
    from own_cells
    inner join lines as own on own_cells.cell_id = own.amount_id
    inner join lines as others
        on own.department_id = others.department_id
        and own.scope = others.scope
        and own_cells.kind_named = others.document_kind
        and own_cells.year_named = others.fiscal_year
        and own.table_kind = others.table_kind
        and own.side = others.side
        and own.subject_scheme = others.subject_scheme
        and own.fund_source = others.fund_source
        and own.fund_period = others.fund_period
        and own.expenditure_type = others.expenditure_type
        and own.organization_id is not distinct from others.organization_id
    left join {{ ref('int_codes_renumbered') }} as renumbered
        on own.document_id = renumbered.document_id
        and own.table_kind = renumbered.table_kind
        and own.subject_code = renumbered.subject_code
        and others.document_id = renumbered.other_id
        and others.subject_code = renumbered.other_code
    where others.amount_year = others.fiscal_year
        and others.speaks_for_its_body
        and others.amount_basis = case own_cells.kind_named when 'budget' then 'budget' else 'final' end
        and (own.subject_key is not distinct from others.subject_key or renumbered.other_code is not null)
    qualify row_number() over (
        partition by own_cells.amount_id order by others.is_blank, others.row_no, others.column_no, others.amount_id
    ) = 1
),

looked_up as (
    select
        own_cells.rule_id,
        own_cells.document_id,
        own_cells.amount_id as claim_id,
        own_cells.half_unit,
        own_cells.cell_id,
        own_cells.department_name,
        own_cells.kind_named,
        own_cells.year_named,
        other_papers.fiscal_year is not null as is_there,
        found.other_id,
        found.fiscal_year || '年' || case own_cells.kind_named when 'budget' then '预算' else '决算' end as said_in
    from own_cells
    inner join lines as own on own_cells.cell_id = own.amount_id
    left join other_papers
        on own.department_id = other_papers.department_id
        and own.scope = other_papers.scope
        and own_cells.kind_named = other_papers.document_kind
        and own_cells.year_named = other_papers.fiscal_year
    left join found on own_cells.amount_id = found.claim_id
),

-- what was the department's total last year, as the form calls it
implied as (
    select own_cells.document_id, own_cells.amount_id as claim_id, own_cells.half_unit, own.amount_id as cell_id,
        forms.amount_id as form_id
    from own_cells
    inner join lines as own on own_cells.cell_id = own.amount_id
    inner join lines as forms
        on own.department_id = forms.department_id
        and own.fiscal_year = forms.fiscal_year
        and own.document_kind = forms.document_kind
        and forms.table_kind = 'overall_form'
        and forms.subject_scheme = 'form_revenue'
        and forms.subject_level = 'total'
        and forms.organization_id = own.department_id
        and forms.amount_year = own_cells.year_named
    where own_cells.rule_id = 'YEARS-10'
        and own_cells.document_kind = 'budget'
        and own.table_kind = 'overall_balance'
        and own.subject_scheme = 'flow'
        and own.subject_code = 'GRAND_TOTAL'
    qualify row_number() over (partition by forms.amount_id order by own_cells.statement_no) = 1
),

terms as (
    select rule_id, document_id, claim_id, 'left' as side, 1 as weight, claim_id as amount_id, half_unit, null as said_in
    from looked_up where other_id is not null
    union all
    select rule_id, document_id, claim_id, 'right', 1, cell_id, half_unit, null
    from looked_up where other_id is not null and rule_id = 'YEARS-10'
    union all
    select
        rule_id, document_id, claim_id, 'right', case rule_id when 'YEARS-10' then -1 else 1 end, other_id,
        case rule_id when 'YEARS-10' then half_unit end, said_in
    from looked_up where other_id is not null
    union all
    select 'PRIOR-08', document_id, claim_id, 'left', 1, form_id, half_unit, null from implied
    union all
    select 'PRIOR-08', document_id, claim_id, 'right', 1, cell_id, half_unit, null from implied
    union all
    select 'PRIOR-08', document_id, claim_id, 'right', -1, claim_id, half_unit, null from implied
)

select
    terms.rule_id,
    terms.document_id,
    statements.place,
    terms.side,
    terms.weight::decimal(9, 4) as weight,
    terms.amount_id,
    terms.said_in,
    null::varchar as wanting,
    terms.half_unit::decimal(20, 10) as coarser_half,
    null::varchar as unmet_condition
from terms
inner join statements on terms.claim_id = statements.amount_id
union all
select
    rule_id, document_id, null, null, null, null, null, null, null,
    case when bool_or(is_there) then 'prints no such line: the ' else 'needs the ' end
        || replace(kind_named, '_', ' ') || ' ' || year_named || ' of ' || any_value(department_name)
from looked_up
where other_id is null
group by rule_id, document_id, kind_named, year_named
