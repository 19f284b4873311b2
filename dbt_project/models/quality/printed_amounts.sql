-- Every number of the recognised tables and of those of money that are of no known kind, with what it is.
with

located as (
    select
        amounts.amount_id,
        amounts.document_id,
        amounts.table_id,
        amounts.row_no,
        amounts.block_no,
        amounts.column_no,
        amounts.depth,
        'amount' as what,
        amounts.row_label,
        amounts.column_label,
        amounts.state,
        amounts.printed_text,
        amounts.amount_yuan,
        amounts.subset_of,
        amounts.inferred,
        coalesce(certified.certifying_checks, 0)::integer as certifying_checks,
        amounts.page,
        amounts.x0,
        amounts.top,
        amounts.x1,
        amounts.bottom
    from {{ ref('int_amounts_located') }} as amounts
    left join {{ ref('int_amounts_certified') }} as certified using (amount_id)
),

-- parts of the column beside them are in no sum
parts as (
    select
        amount_id, document_id, table_id, row_no, block_no, column_no, depth, 'amount' as what,
        concat_ws(' ', subject_code, coalesce(project_name, subject_name)) as row_label, subset_of as column_label,
        state, printed_text, amount_yuan, subset_of, inferred, page, x0, top, x1, bottom
    from {{ ref('stg_budget__amounts') }}
    where subset_of is not null
),

changes as (
    select
        change_id as amount_id, document_id, table_id, row_no, block_no, column_no, depth, 'change' as what,
        concat_ws(' ', subject_code, coalesce(project_name, subject_name)) as row_label, column_label,
        if(coalesce(value_yuan, value_percent) = 0, 'zero', 'number') as state, printed_text, value_yuan as amount_yuan,
        page, x0, top, x1, bottom
    from {{ ref('stg_budget__changes') }}
),

others as (
    select
        number_id as amount_id, document_id, table_id, row_no, block_no, column_no, 0 as depth, what, row_label,
        column_label, state, printed_text, page, x0, top, x1, bottom
    from {{ ref('stg_budget__other_numbers') }}
)

select * from located
union all by name
select * from parts
union all by name
select * from changes
union all by name
select * from others
order by document_id, table_id, row_no, column_no
