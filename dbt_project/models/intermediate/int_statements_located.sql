with

statements as (
    select
        statements.*,
        documents.fiscal_year,
        documents.document_kind,
        string_split(statements.subject, '/') as path,
        {{ letters("list_last(string_split(statements.subject, '/'))") }} as last_words
    from {{ ref('stg_budget__statements') }} as statements
    inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
),

-- few wordings differ, however many papers there are
aspects as (
    select last_words, arg_min(words.value, words.word_order) as aspect
    from (select distinct last_words from statements where len(path) > 1) as wordings
    inner join {{ ref('stg_rules__text_words') }} as words
        on words.dimension = 'aspect' and regexp_full_match(wordings.last_words, words.wording)
    group by all
),

headed as (
    select
        statements.*,
        aspects.aspect,
        case when aspects.aspect is null then path else path[:-2] end as head
    from statements
    left join aspects on statements.last_words = aspects.last_words and len(statements.path) > 1
),

-- the nearest words that name a fund say which one is meant: the claim's own, the list's it stands in, the heading's
contexts as (
    select distinct
        subject,
        section,
        list_reverse(string_split(section, '/')) as headings,
        list_reverse(head) as named
    from headed
),

context_words as (
    select subject, section, unnest(list_concat(named, headings)) as words,
        generate_subscripts(list_concat(named, headings), 1) as distance
    from contexts
),

funds_named as (
    select words, arg_min(fund_words.value, fund_words.word_order) as fund_source
    from (select distinct words, {{ letters('words') }} as plain from context_words) as wordings
    inner join {{ ref('stg_rules__text_words') }} as fund_words
        on fund_words.dimension = 'fund_source' and regexp_matches(wordings.plain, fund_words.wording)
    group by all
),

funds as (
    select subject, section, arg_min(fund_source, distance) as fund_source
    from context_words
    inner join funds_named using (words)
    group by all
)

select
    headed.statement_id as amount_id,
    headed.document_id,
    headed.document_kind,
    headed.fiscal_year,
    headed.statement_no,
    headed.sentence_no,
    headed.section,
    headed.subject,
    array_to_string(headed.head, '/') as head,
    list_last(headed.head) as leaf,
    {{ letters('list_last(headed.head)') }} as leaf_words,
    array_to_string(headed.head[:-2], '/') as parent,
    {{ letters("headed.section || headed.subject") }} as context_words,
    coalesce(headed.aspect, 'amount') as aspect,
    headed.measure,
    headed.period,
    coalesce(try_cast(regexp_extract(headed.period, '^(\d{4})', 1) as integer), headed.fiscal_year) as claim_year,
    headed.share_of,
    coalesce(funds.fund_source, 'all') as fund_source,
    headed.value::decimal(20, 2) as value,
    headed.unit,
    case
        when headed.measure = 'count' then 0
        else headed.unit_factor
            * ('0.' || repeat('0', least(headed.printed_decimals, 8)) || '5')::decimal(12, 10)
            + case when headed.printed_decimals > 2 and headed.unit_factor = 1 then 0.005 else 0 end
    end as half_unit,
    '文字「' || list_last(headed.head) || '」' || case headed.measure
        when 'amount' then case when headed.aspect is null then '' else ' ' || list_last(headed.path) end
        when 'change' then '增减'
        when 'change_percent' then '增减（%）'
        when 'share_percent' then '占比（%）'
        else '（' || headed.unit || '）'
    end as label,
    headed.printed_text,
    headed.quote,
    headed.page,
    headed.x0,
    headed.top,
    headed.x1,
    headed.bottom
from headed
left join funds using (subject, section)
