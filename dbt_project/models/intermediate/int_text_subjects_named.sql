-- Which amounts of the tables a wording of the running text means. A wording is that of a claim, of what has changed
-- by a rate, or of what a share is said to be of; it stands for itself, with the fund that it or its heading names.
with

statements as (
    select * from {{ ref('int_statements_located') }}
    where claim_year is not null
),

wordings as (
    select
        amount_id as statement_id, 'claim' as role, document_id, claim_year, leaf, leaf_words, context_words,
        fund_source,
        case when document_kind = 'final_account' and aspect <> 'budget' then 'final' else 'budget' end as amount_basis
    from statements
    where measure = 'amount'
        and aspect in ('amount', 'budget', 'final')
        and not (document_kind = 'budget' and aspect = 'final')
    union all
    -- what a rate of change is about now
    select
        amount_id, 'changed', document_id, claim_year, leaf, leaf_words, context_words, fund_source,
        case when document_kind = 'final_account' then 'final' else 'budget' end
    from statements
    where measure = 'change_percent'
    union all
    select
        statements.amount_id, 'whole', statements.document_id, statements.claim_year, statements.share_of,
        {{ letters('statements.share_of') }}, {{ letters('statements.share_of') }},
        coalesce(
            (
                select arg_min(words.value, words.word_order) from {{ ref('stg_rules__text_words') }} as words
                where words.dimension = 'fund_source'
                    and regexp_matches({{ letters('statements.share_of') }}, words.wording)
            ),
            'all'
        ),
        case when statements.document_kind = 'final_account' then 'final' else 'budget' end
    from statements
    where statements.measure = 'share_percent' and statements.share_of is not null
),

-- narrative and tables are often published apart: a paper without tables speaks of its body's other paper
filled as (
    select document_id, count(*) as amounts from {{ ref('int_amounts_located') }} group by all
),

tables_of as (
    select documents.document_id, coalesce(own.document_id, others.document_id) as tables_document_id
    from {{ ref('stg_budget__documents') }} as documents
    left join filled as own using (document_id)
    left join (
        select d.department_id, d.fiscal_year, d.document_kind, arg_max(d.document_id, filled.amounts) as document_id
        from {{ ref('stg_budget__documents') }} as d
        inner join filled using (document_id)
        where d.department_id is not null
        group by all
    ) as others
        on documents.department_id = others.department_id
        and documents.fiscal_year = others.fiscal_year
        and documents.document_kind = others.document_kind
),

-- few wordings differ, however many papers there are
phrases as (
    select distinct
        leaf, leaf_words, context_words, fund_source,
        regexp_replace(leaf, '[（(](类|款|项)[）)]', '\1¶', 'g') as marked
    from wordings
),

phrases_named as (
    select
        * exclude (marked),
        {{ name_key("coalesce(
            nullif(regexp_extract(marked, '([^¶]+)项¶', 1), ''), nullif(regexp_extract(marked, '([^¶]+)款¶', 1), ''),
            nullif(regexp_extract(marked, '([^¶]+)类¶', 1), ''), leaf)") }} as name_key,
        nullif({{ name_key("regexp_extract(marked, '([^¶]+)款¶', 1)") }}, '') as section_key,
        nullif({{ name_key("regexp_extract(marked, '([^¶]+)类¶', 1)") }}, '') as class_key,
        case when contains(marked, '项¶') then 'item' when contains(marked, '款¶') then 'section' end as level_said
    from phrases
),

terms as (
    select
        phrases_named.*,
        terms.* exclude (fund_source, wording, within),
        case terms.fund_source
            when 'said' then phrases_named.fund_source
            when 'said+' then phrases_named.fund_source
                || case when phrases_named.fund_source = 'appropriation' then '|general_public|government_fund|state_capital' else '' end
            else terms.fund_source
        end as funds
    from phrases_named
    inner join {{ ref('stg_rules__text_terms') }} as terms
        on regexp_full_match(phrases_named.leaf_words, terms.wording)
        and (terms.within is null or regexp_matches(phrases_named.context_words, terms.within))
),

classes as (
    select distinct selector_key, {{ selector_columns() }} from {{ ref('int_amounts_located') }}
),

term_classes as (
    select
        terms.leaf, terms.context_words, terms.fund_source, terms.rule_id, terms.gather, terms.term_order, terms.wording_order,
        terms.subject_name, terms.name_key, terms.section_key, terms.class_key, terms.level_said,
        classes.selector_key,
        list_position(string_split(terms.funds, '|'), classes.fund_source) as fund_place,
        list_position(string_split(terms.table_kind, '|'), classes.table_kind) as table_place,
        list_position(string_split(terms.expenditure_type, '|'), classes.expenditure_type) as type_place,
        case classes.fund_period when 'total' then 1 when 'current_year' then 2 else 3 end as period_place,
        classes.amount_basis
    from terms
    inner join classes
        on list_contains(string_split(terms.table_kind, '|'), classes.table_kind)
        and (terms.line_side is null or terms.line_side = classes.side)
        and list_contains(string_split(terms.subject_scheme, '|'), classes.subject_scheme)
        and (
            terms.subject_code is null
            or list_contains(string_split(terms.subject_code, '|'), coalesce(classes.subject_code, 'none'))
        )
        and (
            terms.subject_level is null
            or list_contains(string_split(terms.subject_level, '|'), coalesce(classes.subject_level, 'none'))
        )
        and (terms.level_said is null or terms.subject_level is null or classes.subject_level = terms.level_said)
        and list_contains(string_split(terms.funds, '|'), classes.fund_source)
        and list_contains(string_split(terms.expenditure_type, '|'), classes.expenditure_type)
        and classes.fund_period in ('total', 'current_year')
),

amounts as (
    select
        amount_id, document_id, table_id, selector_key, amount_year, subject_scheme, subject_code, table_place, is_blank,
        is_unreadable, value, half_unit, page, row_no, column_no,
        {{ name_key('coalesce(project_name, subject_name)') }} as name_key,
        {{ letters('subject_name') }} as name_words
    from {{ ref('int_amounts_located') }}
),

-- what the sections and classes of a paper are called
names as (
    select distinct document_id, subject_code, name_key from amounts
    where subject_scheme = 'function' and len(subject_code) in (3, 5)
),

candidates as (
    select
        wordings.statement_id,
        wordings.role,
        wordings.document_id,
        term_classes.rule_id,
        term_classes.gather,
        term_classes.wording_order,
        term_classes.subject_name is not null as is_named,
        term_classes.fund_place,
        term_classes.table_place as table_preference,
        term_classes.type_place,
        term_classes.period_place,
        split_part(amounts.table_place, '#', 2) as set_no,
        amounts.amount_id,
        amounts.table_id,
        amounts.is_blank,
        amounts.is_unreadable,
        amounts.value,
        amounts.half_unit,
        amounts.page,
        amounts.row_no,
        amounts.column_no
    from wordings
    inner join tables_of using (document_id)
    inner join term_classes
        on wordings.leaf = term_classes.leaf
        and wordings.context_words = term_classes.context_words
        and wordings.fund_source = term_classes.fund_source
        and wordings.amount_basis = term_classes.amount_basis
    inner join amounts
        on tables_of.tables_document_id = amounts.document_id
        and term_classes.selector_key = amounts.selector_key
        and wordings.claim_year = amounts.amount_year
    where (
            term_classes.subject_name is null
            or (term_classes.subject_name = 'said' and amounts.name_key = term_classes.name_key)
            or (term_classes.subject_name <> 'said' and regexp_full_match(amounts.name_words, term_classes.subject_name))
        )
        and (
            term_classes.section_key is null
            or amounts.subject_scheme <> 'function'
            or (amounts.document_id, amounts.subject_code[:5], term_classes.section_key)
                in (select (document_id, subject_code, name_key) from names)
        )
        and (
            term_classes.class_key is null
            or amounts.subject_scheme <> 'function'
            -- a section is sometimes called a class
            or (amounts.document_id, amounts.subject_code[:3], term_classes.class_key)
                in (select (document_id, subject_code, name_key) from names)
            or (amounts.document_id, amounts.subject_code[:5], term_classes.class_key)
                in (select (document_id, subject_code, name_key) from names)
        )
)

select
    * exclude (wording_order, fund_place, period_place, set_no),
    -- of a paper that holds its department's tables, then each unit's, the department's are meant
    rank() over (
        partition by statement_id, role
        order by wording_order, fund_place, set_no, is_blank, period_place, type_place
    ) as tier
from candidates
