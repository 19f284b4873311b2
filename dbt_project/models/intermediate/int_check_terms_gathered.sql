with

gathered_within as (
    select * from {{ ref('int_columns_composed') }}
    union all
    select * from {{ ref('int_three_public_composed') }}
    union all
    select * from {{ ref('int_children_summed') }}
    union all
    select * from {{ ref('int_calculations_summed') }}
    union all
    select rule_id, place, side, weight, amount_id, labelled_by from {{ ref('int_terms_selected') }}
    where unmet_condition is null
),

-- a check between papers is carried by one of them; `said_in` names the other, `wanting` what is not there
gathered as (
    select
        *, null::varchar as document_id, null::varchar as said_in, null::varchar as wanting,
        null::decimal(20, 10) as coarser_half
    from gathered_within
    union all by name
    select *, 'both' as labelled_by from {{ ref('int_across_terms_selected') }}
    union all by name
    select * from {{ ref('int_text_terms') }}
    union all by name
    select * exclude (unmet_condition), 'both' as labelled_by from {{ ref('int_statements_across') }}
    where unmet_condition is null
),

amounts as (
    select *, null::varchar as statement_id, null::varchar as counted_in from {{ ref('int_amounts_pooled') }}
    union all by name
    -- numbers of the running text, and what is counted in the tables
    select
        amount_id, amount_id as statement_id, document_id, fiscal_year, 'number' as state, false as is_blank,
        false as is_unreadable, value, half_unit::decimal(20, 10) as half_unit, label as row_label, printed_text, page,
        x0, top, x1, bottom, statement_no as row_no, 0 as column_no,
        case when measure not in ('amount', 'change', 'change_percent', 'share_percent') then unit end as counted_in
    from {{ ref('int_statements_located') }}
    union all by name
    select
        amount_id, document_id, 'number' as state, false as is_blank, false as is_unreadable, value,
        0::decimal(20, 10) as half_unit, label as row_label, 0 as row_no, 0 as column_no, '家' as counted_in
    from {{ ref('int_units_counted') }}
),

terms as (
    select
        md5(concat_ws('/', gathered.rule_id, coalesce(gathered.document_id, amounts.document_id), gathered.place)) as check_id,
        gathered.rule_id,
        coalesce(gathered.document_id, amounts.document_id) as document_id,
        amounts.document_id as paper_id,
        gathered.place,
        gathered.side,
        gathered.weight,
        gathered.amount_id,
        amounts.table_id,
        amounts.form_id,
        amounts.form_amount_id,
        amounts.statement_id,
        amounts.organization_id,
        amounts.state,
        amounts.is_blank,
        amounts.is_unreadable,
        amounts.value,
        greatest(amounts.half_unit, gathered.coarser_half) as half_unit,
        case gathered.labelled_by
            when 'column' then amounts.column_label
            when 'row' then amounts.row_label
            else concat_ws(' · ', gathered.said_in, amounts.row_label, nullif(nullif(amounts.column_words, ''), amounts.row_label))
        end as label,
        gathered.wanting,
        amounts.counted_in,
        amounts.printed_text,
        amounts.page,
        amounts.x0,
        amounts.top,
        amounts.x1,
        amounts.bottom,
        amounts.row_no,
        amounts.column_no
    from gathered
    inner join amounts using (amount_id)
    inner join {{ ref('stg_rules__rules') }} as rules using (rule_id)
    where rules.first_year is null or amounts.fiscal_year is null or amounts.fiscal_year >= rules.first_year
)

select terms.* from terms
-- nothing printed on either side claims nothing
semi join terms as printed on terms.check_id = printed.check_id and not printed.is_blank
