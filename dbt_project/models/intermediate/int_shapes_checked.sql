-- What a paper must hold and how it is filled in, in words; places left open are counted.
with

documents as (
    select document_id, department_id, fiscal_year, coalesce(document_kind, 'budget') as document_kind
    from {{ ref('stg_budget__documents') }}
    where reason is null
),

tables as (
    select
        tables.*,
        tables.table_kind || '#' || row_number() over (
            partition by tables.document_id, tables.table_kind order by tables.table_no
        ) as place
    from {{ ref('stg_budget__tables') }} as tables
    where tables.table_kind is not null
),

printed as (
    select document_id, table_kind, min(first_page) as page from tables group by all
),

unrecognised as (
    select document_id, count(*) as tables, min(first_page) as page from {{ ref('stg_budget__tables') }}
    where state = 'unrecognised'
    group by all
),

owed as (
    select documents.document_id, expected.*, printed.table_kind is not null as is_there
    from documents
    inner join {{ ref('int_tables_expected') }} as expected using (department_id, fiscal_year, document_kind)
    left join printed using (document_id, table_kind)
),

-- a paper with most of the tables is the body's own; others hold what is published apart (narratives, part budgets)
papers as (
    select document_id, department_id, fiscal_year, document_kind, 2 * count(*) filter (is_there) >= count(*) as is_whole
    from owed
    group by all
),

apart as (
    select distinct papers.department_id, papers.fiscal_year, papers.document_kind, printed.table_kind
    from papers
    inner join printed using (document_id)
    where not papers.is_whole
),

published as (
    select
        'SHAPE-01' as rule_id,
        owed.document_id,
        owed.table_kind as place,
        case
            when owed.is_there or apart.table_kind is not null then 'pass'
            when unrecognised.tables > 0 then 'not_checked'
            else 'fail'
        end as outcome,
        case
            when not owed.is_there and apart.table_kind is null and unrecognised.tables > 0
                then unrecognised.tables || ' tables of the paper are of no known kind, the first on p.' || unrecognised.page
        end as reason,
        owed.title_zh as left_label,
        null::integer as left_value,
        case when owed.is_there or apart.table_kind is not null then '已公开' else '应公开而未见' end as right_label,
        null::integer as right_value,
        printed.page
    from owed
    inner join papers on owed.document_id = papers.document_id and papers.is_whole
    left join apart
        on owed.department_id = apart.department_id
        and owed.fiscal_year = apart.fiscal_year
        and owed.document_kind = apart.document_kind
        and owed.table_kind = apart.table_kind
    left join unrecognised on owed.document_id = unrecognised.document_id
    left join printed on owed.document_id = printed.document_id and owed.table_kind = printed.table_kind
),

-- what the running text says of a table's amounts
said as (
    select
        amounts.table_id,
        bool_and(statements.value = 0) as says_nothing_there
    from (
        select statement_id, unnest(amount_ids) as amount_id from {{ ref('int_statements_matched') }}
        where unmet_condition is null
    ) as matched
    inner join {{ ref('int_statements_located') }} as statements on matched.statement_id = statements.amount_id
    inner join {{ ref('int_amounts_located') }} as amounts on matched.amount_id = amounts.amount_id
    group by all
),

declared as (
    select
        'SHAPE-02' as rule_id,
        tables.document_id,
        tables.place,
        case
            when tables.state = 'empty_declared' or coalesce(said.says_nothing_there, false) then 'pass' else 'fail'
        end as outcome,
        null as reason,
        tables.title as left_label,
        null as left_value,
        coalesce('表下注为“' || nullif(tables.note, '') || '”', '表下没有注') as right_label,
        null as right_value,
        tables.first_page as page
    from tables
    left join said using (table_id)
    where tables.state in ('empty_declared', 'empty_undeclared')
),

contradicted as (
    select
        'SHAPE-03', document_id, place, case when says_empty then 'fail' else 'pass' end, null,
        title, null, '表下注为“' || note || '”', null, first_page
    from tables
    where state = 'filled' and note <> ''
),

-- what the note of a table names, of the kinds whose notes are mixed up
notes as (
    select
        tables.table_id,
        list(words.value) as kinds
    from tables
    inner join {{ ref('stg_rules__text_words') }} as words
        on words.dimension = 'note' and regexp_matches({{ letters('tables.note') }}, words.wording)
    where tables.note <> ''
    group by all
),

named as (
    select
        'SHAPE-04', tables.document_id, tables.place,
        case when list_contains(notes.kinds, tables.table_kind) then 'pass' else 'fail' end, null,
        tables.title, null, '表下注为“' || tables.note || '”', null, tables.first_page
    from tables
    inner join notes using (table_id)
    where tables.state in ('empty_declared', 'empty_undeclared')
        and tables.table_kind in (select value from {{ ref('stg_rules__text_words') }} where dimension = 'note')
),

left_open as (
    select
        findings.document_id,
        findings.kind,
        count(*) as places,
        arg_min(findings.text, findings.page) as example,
        min(findings.page) as page
    from {{ ref('stg_budget__findings') }} as findings
    group by all
),

filled_in as (
    select
        rules.rule_id, documents.document_id, 'document', case when places > 0 then 'fail' else 'pass' end, null,
        coalesce('如“' || example || '”', '没有'), coalesce(places, 0), '应全部填定', 0, page
    from documents
    cross join (values ('SHAPE-05', 'undecided_wording'), ('SHAPE-06', 'placeholder')) as rules (rule_id, kind)
    left join left_open on documents.document_id = left_open.document_id and rules.kind = left_open.kind
    where documents.document_id in (
        select document_id from {{ ref('stg_budget__statements') }} union select document_id from printed
    )
)

select
    md5(concat_ws('/', rule_id, document_id, place)) as check_id,
    rule_id,
    document_id,
    place,
    outcome,
    reason,
    left_label,
    left_value::decimal(20, 2) as left_value,
    right_label,
    right_value::decimal(20, 2) as right_value,
    (left_value - right_value)::decimal(20, 2) as difference,
    case when left_value is not null then '处' end as value_unit,
    case when left_value is not null then 0 end::decimal(20, 4) as tolerance,
    page::integer as page
from (
    select * from published
    union all select * from declared
    union all select * from contradicted
    union all select * from named
    union all select * from filled_in
)
