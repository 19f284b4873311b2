-- What papers of one body have in common: each amount with the words that find it in another paper. Of several tables
-- of a kind the first speaks for its paper, of several papers of one body, year and kind the one that prints most of it.
with

papers as (
    select * exclude (folder_department) from {{ ref('int_papers_identified') }}
),

lines as (
    select
        papers.*,
        amounts.* exclude (document_id, fiscal_year, selector_key),
        papers.fiscal_year - amounts.amount_year as amount_age,
        named.subject_name,
        coalesce(
            amounts.subject_code,
            case when amounts.subject_scheme not in ('flow', 'fund_source') then {{ letters('named.subject_name') }} end
        ) as subject_key
    from {{ ref('int_amounts_pooled') }} as amounts
    inner join papers using (document_id)
    left join {{ ref('stg_budget__amounts') }} as named using (amount_id)
    where amounts.amount_year is not null
        and amounts.subset_of is null
        and (amounts.table_kind = 'overall_form' or ends_with(amounts.table_place, '#1'))
        and amounts.subject_scheme not in ('project', 'procurement')
),

sizes as (
    select
        document_id, table_kind, department_id, scope, fiscal_year, document_kind,
        count(*) filter (state in ('number', 'zero')) as printed
    from lines
    group by all
),

speaking as (
    select
        document_id,
        table_kind,
        rank() over (
            partition by department_id, scope, fiscal_year, document_kind, table_kind order by printed desc, document_id
        ) = 1 as speaks_for_its_body
    from sizes
)

select
    lines.*,
    hash(
        table_kind, side, subject_scheme, subject_code, subject_level, fund_source, fund_period, expenditure_type,
        amount_basis, amount_age
    ) as across_key,
    speaking.speaks_for_its_body
from lines
inner join speaking using (document_id, table_kind)
