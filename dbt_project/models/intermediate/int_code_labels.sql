-- Names of codes as papers print them, and as the official lists have them in the paper's year.
with

printed as (
    select
        document_id,
        fiscal_year,
        table_kind as source,
        case
            when amounts.subject_scheme in ('organization', 'project') then amounts.subject_scheme
            when official.code is null then amounts.subject_scheme || '_unlisted'
            else amounts.subject_scheme
        end as thing,
        amounts.subject_code as key,
        {{ letters('label') }} as text,
        amounts.subject_code || ' ' || label as printed,
        table_id,
        arg_min(amounts.amount_id, (page, row_no, column_no)) as amount_id,
        arg_min({page: page, x0: x0, top: top, x1: x1, bottom: bottom}, (page, row_no, column_no)) as box
    from (
        select
            * replace (if(subject_scheme = 'government_economic', 'economic', subject_scheme) as subject_scheme),
            case when subject_scheme = 'project' then project_name else subject_name end as label
        from {{ ref('stg_budget__amounts') }}
        where subject_scheme in ('function', 'economic', 'government_economic', 'organization', 'project')
            and subject_code is not null
    ) as amounts
    left join (
        select distinct 'function' as subject_scheme, code from {{ ref('stg_codes__function_codes') }}
        union all
        select distinct 'economic', code from {{ ref('stg_codes__economic_codes') }}
    ) as official on amounts.subject_scheme = official.subject_scheme and amounts.subject_code = official.code
    where label is not null
    group by all
),

official as (
    select 'function' as thing, code, name, coalesce(first_year, 0) as first_year, coalesce(last_year, 9999) as last_year
    from {{ ref('stg_codes__function_codes') }}
    union all
    select 'economic', code, name, coalesce(first_year, 0), coalesce(last_year, 9999)
    from {{ ref('stg_codes__economic_codes') }}
),

-- the name of the paper's year; where the code has none in that year, any it ever had
listed as (
    select distinct codes.document_id, codes.thing, codes.key, official.name
    from (select distinct document_id, fiscal_year, thing, key from printed) as codes
    inner join official on codes.thing = official.thing and codes.key = official.code
    qualify codes.fiscal_year is null
        or codes.fiscal_year between official.first_year and official.last_year
        or not bool_or(codes.fiscal_year between official.first_year and official.last_year) over (
            partition by codes.document_id, codes.thing, codes.key
        )
),

-- what most tables print, where several do and no official list tells
usual as (
    select document_id, thing, key, arg_max(text, tables) as text, arg_max(printed, tables) as printed
    from (
        select document_id, thing, key, text, min(printed) as printed, count(distinct table_id) as tables
        from printed
        where thing not in ('function', 'economic')
        group by all
    )
    group by all
    having sum(tables) > 1
),

-- a class that the running text names is the one its tables print
told as (
    select
        statements.document_id,
        statements.statement_id,
        any_value(statements.subject) as subject,
        any_value({page: statements.page, x0: statements.x0, top: statements.top, x1: statements.x1, bottom: statements.bottom})
            as box,
        any_value(official.code) as code,
        any_value(official.name) as name
    from {{ ref('stg_budget__statements') }} as statements
    inner join official
        on official.thing = 'function'
        and len(official.code) = 3
        and split_part(statements.subject, '/', -1) = official.name
    where statements.measure = 'amount'
    group by statements.document_id, statements.statement_id
    having count(distinct official.code) = 1
)

select
    document_id, source, thing, key, text, printed, amount_id,
    box.page as page, box.x0 as x0, box.top as top, box.x1 as x1, box.bottom as bottom,
    (
        select case when official.last_year < 9999 then 'the name this code bears until ' || official.last_year
            else 'the name this code bears since ' || official.first_year end
        from official
        where official.thing = printed.thing and official.code = printed.key
            and {{ letters('official.name') }} = printed.text
        limit 1
    ) as remark
from printed
union all by name
select
    document_id, 'running_text' as source, 'class_name' as thing, code as key, {{ letters('name') }} as text,
    name as printed, statement_id, box.page as page, box.x0 as x0, box.top as top, box.x1 as x1, box.bottom as bottom
from told
union all by name
select
    document_id, source, 'class_name' as thing, key, text, printed, amount_id,
    box.page as page, box.x0 as x0, box.top as top, box.x1 as x1, box.bottom as bottom
from printed
where thing = 'function' and len(key) = 3
union all by name
select document_id, 'code_list' as source, thing, key, {{ letters('name') }} as text, key || ' ' || name as printed
from listed
union all by name
select document_id, 'most_tables' as source, thing, key, text, printed
from usual
