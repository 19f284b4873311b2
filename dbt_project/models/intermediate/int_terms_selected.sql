-- Rules whose terms are found by selectors alone: within one row, one table or one document (the rule's place).
with

chosen as (
    select
        rules.rule_id,
        terms.term_no,
        terms.side,
        terms.weight,
        amounts.amount_id,
        amounts.is_blank,
        amounts.is_unreadable,
        amounts.value,
        amounts.column_no,
        amounts.row_no,
        case rules.place
            when 'row' then amounts.table_place || '/' || amounts.row_no || '.' || amounts.block_no
            when 'table' then amounts.table_place
            when 'document' then 'document'
        end as spot,
        {{ matched_on('rules', 'amounts') }} as matched,
        amounts.document_id
    from {{ ref('stg_rules__rules') }} as rules
    inner join {{ ref('stg_rules__terms') }} as terms using (rule_id)
    inner join {{ ref('int_amounts_located') }} as amounts on {{ selects('terms', 'amounts') }}
    where rules.place in ('row', 'table', 'document')
),

-- the same amount printed twice at one place is one term
terms_found as (
    select * from chosen
    where side in ('left', 'right')
    qualify row_number() over (
        partition by rule_id, document_id, spot, matched, term_no
        order by is_blank, row_no, column_no
    ) = 1
),

wanted as (
    select rule_id, count(*) as terms_wanted
    from {{ ref('stg_rules__terms') }}
    where required
    group by rule_id
),

complete as (
    select terms_found.rule_id, terms_found.document_id, terms_found.spot, terms_found.matched
    from terms_found
    inner join {{ ref('stg_rules__terms') }} as terms using (term_no)
    inner join wanted on terms_found.rule_id = wanted.rule_id
    group by all
    having count(distinct terms.term_no) filter (terms.required) = any_value(wanted.terms_wanted)
        and bool_or(terms_found.side = 'left') and bool_or(terms_found.side = 'right')
),

-- what must be nothing for the rule to apply; an unread one might be something
barred as (
    select distinct rule_id, document_id, spot
    from chosen
    where side = 'zero' and (is_unreadable or value <> 0)
)

select
    terms_found.rule_id,
    terms_found.spot || '/' || terms_found.matched as place,
    terms_found.side,
    terms_found.weight,
    terms_found.amount_id,
    'both' as labelled_by
from terms_found
inner join complete using (rule_id, document_id, spot, matched)
anti join barred using (rule_id, document_id, spot)
