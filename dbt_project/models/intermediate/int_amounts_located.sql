with

tables as (
    select
        table_id,
        table_kind || '#' || row_number() over (partition by document_id, table_kind order by table_no) as table_place
    from {{ ref('stg_budget__tables') }}
    where table_kind is not null
),

-- An integer in a table that prints decimals is exact to those decimals: spreadsheets drop trailing zeros.
precisions as (
    select
        table_id,
        unit_factor,
        max(printed_decimals) as decimals
    from {{ ref('stg_budget__amounts') }}
    where state in ('number', 'zero')
    group by all
),

column_counts as (
    select
        table_id,
        count(distinct fund_source) as fund_sources,
        count(distinct expenditure_type) as expenditure_types
    from {{ ref('stg_budget__amounts') }}
    group by all
),

labels as (
    select field, code, zh from {{ ref('stg_codes__codebook') }}
),

described as (
    select
        amounts.*,
        {{ selector_key('amounts') }} as selector_key,
        coalesce(tables.table_place, amounts.table_kind || '#?') as table_place,
        amounts.state in ('blank', 'dash') as is_blank,
        amounts.state in ('text', 'unread') as is_unreadable,
        case when amounts.state in ('blank', 'dash') then 0 else amounts.amount_yuan end::decimal(20, 2) as value,
        case
            -- of fen one decimal alone says that a spreadsheet dropped a zero or that it rounded: nobody can tell which
            when amounts.unit_factor = 1 and amounts.printed_decimals = 1 then 0.05
            -- yuan and fen are exact: nothing is rounded
            when amounts.unit_factor = 1 and coalesce(precisions.decimals, amounts.printed_decimals) >= 2 then 0
            when amounts.state in ('number', 'zero')
                then amounts.unit_factor
                    * (
                        '0.' || repeat('0', least(coalesce(precisions.decimals, amounts.printed_decimals), 8)) || '5'
                    )::decimal(12, 10)
        end as half_unit,
        concat_ws(
            ' ',
            amounts.project_organization,
            case
                when amounts.subject_scheme = 'flow' and amounts.table_kind in ('overall_balance', 'appropriation_balance')
                    and amounts.subject_code is not null
                    then side_labels.zh || coalesce(code_labels.zh, amounts.subject_code)
                when amounts.subject_scheme = 'flow'
                    then coalesce(amounts.subject_name, code_labels.zh, amounts.subject_code)
                when amounts.subject_scheme = 'three_public'
                    then coalesce(code_labels.zh, amounts.subject_name)
                else concat_ws(' ', amounts.subject_code, coalesce(amounts.project_name, amounts.subject_name))
            end
        ) as row_label,
        -- codes before words: a rewording of a label moves no check
        concat_ws(
            ' ',
            amounts.project_organization,
            amounts.subject_code,
            case
                when amounts.subject_scheme not in ('flow', 'three_public') or amounts.subject_code is null
                    then coalesce(amounts.project_name, amounts.subject_name)
            end
        ) as place_label,
        -- only what tells the columns of this table apart
        concat_ws(
            ' ',
            case
                when amounts.fund_source <> 'all' and column_counts.fund_sources > 1
                    then fund_labels.zh
            end,
            case when amounts.fund_period <> 'total' then period_labels.zh end,
            case
                when amounts.expenditure_type <> 'all' and column_counts.expenditure_types > 1
                    then type_labels.zh
            end,
            case when amounts.amount_year <> amounts.fiscal_year then amounts.amount_year || '年' end
        ) as column_words,
        case
            when amounts.subject_scheme = 'project' then coalesce(amounts.subject_code, amounts.project_name)
        end as project_key,
        concat_ws(
            '|',
            amounts.side, amounts.fund_source, amounts.fund_period, amounts.expenditure_type, amounts.amount_basis,
            coalesce(amounts.amount_year::varchar, '-')
        ) as signature
    from {{ ref('stg_budget__amounts') }} as amounts
    left join tables using (table_id)
    left join column_counts using (table_id)
    left join precisions
        on amounts.table_id = precisions.table_id
        and amounts.unit_factor is not distinct from precisions.unit_factor
    left join labels as code_labels
        on amounts.subject_scheme = code_labels.field and amounts.subject_code = code_labels.code
    left join labels as side_labels
        on side_labels.field = 'side' and amounts.side = side_labels.code
    left join labels as fund_labels
        on fund_labels.field = 'fund_source' and amounts.fund_source = fund_labels.code
    left join labels as period_labels
        on period_labels.field = 'fund_period' and amounts.fund_period = period_labels.code
    left join labels as type_labels
        on type_labels.field = 'expenditure_type' and amounts.expenditure_type = type_labels.code
    -- a part of the column beside it is in no sum
    where amounts.subset_of is null
),

-- by itself: a window carries all columns of its rows
numbered as (
    select
        amount_id,
        row_number() over (
            partition by table_id, place_label, signature
            order by row_no, block_no, column_no
        ) as number_at_place
    from described
)

select
    described.*,
    case when column_words = '' then '合计' else column_words end as column_label,
    -- where it stands in words, not in grid numbers: stays the same when the reader learns to see one more row
    table_place || '/' || place_label || '~' || numbered.number_at_place || '/' || signature as place_path
from described
inner join numbered using (amount_id)
