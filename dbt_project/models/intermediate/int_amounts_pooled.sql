-- Everything that a rule can name by selectors.
with

pooled as (
    select
        amount_id, null::varchar as form_amount_id, null::varchar as form_id, document_id, table_id, table_kind,
        table_place, fiscal_year, organization_id, project_key, side, subject_scheme, subject_code, subject_level,
        fund_source, fund_period, expenditure_type, amount_basis, amount_year, state, is_blank, is_unreadable, value,
        half_unit, row_label, column_words, column_label, printed_text, page, x0, top, x1, bottom, row_no, block_no,
        column_no, subset_of, is_leaf, depth, parent_row_no
    from {{ ref('int_amounts_located') }}
    union all by name
    select * from {{ ref('int_form_amounts_located') }}
    union all by name
    select
        * exclude (
            calculation_id, section, kind, line_no, piece_no, is_last_result, subtotal_no, heading_no, is_bracketed,
            printed_unit
        )
    from {{ ref('int_calculations_located') }}
    union all by name
    select * from {{ ref('int_form_claims') }}
)

select *, {{ selector_key('pooled') }} as selector_key from pooled
