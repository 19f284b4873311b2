-- What each broken (or accepted) identity is, in a sentence of either language: where its sides are printed, what they
-- say, and by how much they are apart. The sentences are data; values stand in the unit that the paper prints.
with

broken as (
    select *, left_value is null as is_of_words
    from {{ ref('int_checks_evaluated') }}
    where outcome in ('fail', 'accepted')
),

cells as (
    select
        terms.check_id, terms.side, terms.paper_id, terms.page, terms.form_id, terms.table_id, terms.is_blank,
        coalesce(terms.statement_id, case when ends_with(terms.table_id, '/text') then terms.amount_id end) as said_id,
        regexp_replace(terms.amount_id, '[=%]$', '') as amount_id
    from {{ ref('int_check_terms_gathered') }} as terms
    semi join broken using (check_id)
    union all by name
    select
        words.check_id, words.side, words.document_id as paper_id, words.page, words.form_id, amounts.table_id,
        false as is_blank, words.statement_id as said_id, words.amount_id
    from {{ ref('int_labels_compared') }} as words
    semi join broken using (check_id)
    left join {{ ref('stg_budget__amounts') }} as amounts using (amount_id)
    where words.page is not null
),

factors as (
    select amount_id, unit_factor from {{ ref('stg_budget__amounts') }}
    union all
    select form_amount_id, unit_factor from {{ ref('stg_budget__form_amounts') }}
    union all
    select calculation_id, unit_factor from {{ ref('stg_budget__calculations') }}
    union all
    select statement_id, unit_factor from {{ ref('stg_budget__statements') }}
),

units as (
    select
        cells.check_id,
        coalesce(min(factors.unit_factor) filter (cells.side = 'left') >= 10000, false) as left_in_wan,
        coalesce(min(factors.unit_factor) filter (cells.side = 'right') >= 10000, false) as right_in_wan
    from cells
    inner join factors using (amount_id)
    where not cells.is_blank
    group by all
),

-- the tables, forms and pages of text that a side is printed in
places as (
    select
        cells.check_id,
        cells.side,
        cells.paper_id <> broken.document_id as is_elsewhere,
        case when cells.said_id is not null then 'text' when cells.form_id is not null then 'form' else 'table' end as kind,
        any_value(form_names.zh) as form_zh,
        any_value(form_names.en) as form_en,
        case when cells.said_id is null then coalesce(cells.form_id, cells.table_id) end as container,
        case when cells.paper_id <> broken.document_id
            then papers.fiscal_year || '年' || paper_names.zh
        end as paper_zh,
        case when cells.paper_id <> broken.document_id
            then papers.fiscal_year || ' ' || paper_names.en
        end as paper_en,
        any_value(tables.title) as title,
        min(cells.page) as first_page,
        max(cells.page) as last_page
    from cells
    inner join broken using (check_id)
    left join {{ ref('stg_budget__documents') }} as papers on cells.paper_id = papers.document_id
    left join {{ ref('stg_codes__codebook') }} as paper_names
        on paper_names.field = 'document_kind' and papers.document_kind = paper_names.code
    left join {{ ref('stg_budget__forms') }} as forms on cells.form_id = forms.form_id
    left join {{ ref('stg_codes__codebook') }} as form_names
        on form_names.field = 'form_kind' and forms.form_kind = form_names.code
    left join {{ ref('stg_budget__tables') }} as tables on cells.table_id = tables.table_id
    where cells.page is not null and cells.side in ('left', 'right')
    group by all
),

named as (
    select
        *,
        coalesce(paper_zh, '') || '第 ' || first_page || case when last_page > first_page then '–' || last_page else '' end
            || ' 页' || case kind
                when 'text' then '文字'
                when 'form' then form_zh
                else coalesce('《' || nullif(title, '') || '》', '表')
            end as zh,
        coalesce(paper_en || ' ', '') || 'p.' || first_page || case when last_page > first_page then '–' || last_page else '' end
            || case kind
                when 'text' then ' text'
                when 'form' then ' ' || form_en
                else coalesce(' 《' || nullif(title, '') || '》', ' table')
            end as en
    from places
),

sides as (
    select
        check_id,
        array_to_string(list(zh order by is_elsewhere, first_page, zh) filter (side = 'left')[:3], '、')
            || case when count(*) filter (side = 'left') > 3 then '等' else '' end as left_zh,
        array_to_string(list(zh order by is_elsewhere, first_page, zh) filter (side = 'right')[:3], '、')
            || case when count(*) filter (side = 'right') > 3 then '等' else '' end as right_zh,
        array_to_string(list(en order by is_elsewhere, first_page, en) filter (side = 'left')[:3], '; ') || ' ' as left_en,
        array_to_string(list(en order by is_elsewhere, first_page, en) filter (side = 'right')[:3], '; ') || ' ' as right_en
    from named
    group by all
),

-- names of the sides as a sentence has them: of the text in its own quotes, all others in these
worded as (
    select
        broken.*,
        coalesce(units.left_in_wan, false) as left_in_wan,
        coalesce(units.right_in_wan, false) as right_in_wan,
        coalesce(units.left_in_wan and (units.right_in_wan or broken.right_blank), false) as difference_in_wan,
        coalesce(sides.left_zh, '') as left_zh,
        coalesce(nullif(sides.right_zh, sides.left_zh), '') as right_zh,
        coalesce(sides.left_en, '') as left_en,
        coalesce(nullif(sides.right_en, sides.left_en), '') as right_en,
        {{ sentence_label('broken.left_label') }} as left_words,
        {{ sentence_label("regexp_replace(broken.right_label, '^[^ +−]*年(预算|决算) · ', '')") }} as right_words
    from broken
    left join units using (check_id)
    left join sides using (check_id)
),

cased as (
    select
        *,
        case
            when is_of_words or family = 'INDICATOR' then 'words'
            when left_blank then 'left_blank'
            when right_blank then 'right_blank'
            else relation
        end as said_as
    from worded
),

chosen as (
    select cased.*, sentences.zh as zh, sentences.en as en
    from cased
    inner join {{ ref('stg_rules__sentences') }} as sentences
        on sentences.applies_to in (cased.rule_id, cased.family, '*') and cased.said_as = sentences."case"
    qualify row_number() over (
        partition by cased.check_id
        order by list_position([cased.rule_id, cased.family, '*'], sentences.applies_to)
    ) = 1
),

-- what there is to remark on a broken identity, in Chinese
remarks as (
    select
        said.reason as remark,
        coalesce(arg_min(regexp_replace(said.reason, messages.pattern, messages.zh), messages.message_order), said.reason) as zh
    from (select distinct reason from broken where outcome = 'fail' and reason is not null) as said
    left join {{ ref('stg_rules__messages') }} as messages on regexp_full_match(said.reason, messages.pattern)
    group by said.reason
)

select
    chosen.check_id,
    {{ said_in_sentence('chosen.zh', 'zh') }} || coalesce('（' || remarks.zh || '）', '') as message_zh,
    {{ said_in_sentence('chosen.en', 'en') }} || coalesce(' (' || remarks.remark || ')', '') as message
from chosen
left join remarks on chosen.reason = remarks.remark and chosen.outcome = 'fail'
