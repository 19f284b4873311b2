-- Rules whose terms are found by selectors alone: within one row, one table, one set of tables or one document.
with

classes as (
    select distinct selector_key, {{ selector_columns() }} from {{ ref('int_amounts_pooled') }}
),

-- the rows of bodies, over the subjects of each
bodies as (
    select distinct table_id, block_no, row_no from {{ ref('int_amounts_pooled') }}
    where subject_scheme = 'organization'
),

-- which term selects which class of amounts, and how far down its lists of alternatives
terms as (
    select
        terms.rule_id,
        terms.term_no,
        terms.side,
        terms.weight,
        terms.required,
        terms.gather,
        classes.selector_key,
        {{ preferred('terms', 'classes') }} as preference
    from {{ ref('stg_rules__terms') }} as terms
    inner join {{ ref('stg_rules__rules') }} as rules using (rule_id)
    inner join classes on {{ selects('terms', 'classes') }}
    where rules.place in ('row', 'table', 'set', 'document')
),

chosen as (
    select
        rules.rule_id,
        rules.place as rule_place,
        terms.term_no,
        terms.side,
        terms.weight,
        terms.required,
        terms.gather,
        amounts.amount_id,
        amounts.document_id,
        amounts.is_blank,
        amounts.is_unreadable,
        amounts.value,
        coalesce(
            amounts.is_leaf and amounts.subject_scheme in ('function', 'economic', 'government_economic')
            and amounts.subject_code is not null, false
        ) as is_coded_leaf,
        coalesce(
            bodies.row_no is not null and amounts.subject_scheme in ('function', 'economic', 'government_economic')
            and amounts.subject_code is not null, false
        ) as is_coded_of_body,
        amounts.depth,
        concat_ws('/', amounts.table_id, amounts.block_no, amounts.column_no) as column_place,
        amounts.page,
        amounts.row_no,
        amounts.column_no,
        amounts.row_label,
        terms.preference,
        case rules.place
            when 'row' then amounts.table_place || '/' || amounts.row_no || '.' || amounts.block_no
            when 'table' then amounts.table_place
            -- the n-th table of each kind: a paper may hold its department's tables, then each unit's
            when 'set' then 'set#' || split_part(amounts.table_place, '#', 2)
            when 'document' then 'document'
        end as spot,
        {{ matched_on('rules', 'amounts') }} as matched
    from {{ ref('stg_rules__rules') }} as rules
    inner join terms using (rule_id)
    inner join {{ ref('int_amounts_pooled') }} as amounts using (selector_key)
    left join bodies
        on amounts.table_id = bodies.table_id
        and amounts.block_no = bodies.block_no
        and amounts.parent_row_no = bodies.row_no
    where (rules.first_year is null or amounts.fiscal_year is null or amounts.fiscal_year >= rules.first_year)
        -- a column that is only a part of the one beside it says nothing of the whole
        and amounts.subset_of is null
),

-- the same amount printed twice at one place is one term, unless the term gathers each, or the list prints the code
-- once for each of its units without naming them: then all rows of the code are leaves of one column; or each stands
-- first below a body of one level
terms_found as (
    select * from chosen
    where side in ('left', 'right')
    window of_term as (
        partition by rule_id, document_id, spot, matched, term_no
        order by is_blank, preference, row_no, column_no
    ),
    of_column as (partition by rule_id, document_id, spot, matched, term_no, column_place)
    qualify gather = 'each' or row_number() over of_term = 1 or (
        first_value(column_place) over of_term = column_place
        and (
            bool_and(is_coded_leaf) over of_column
            or bool_and(is_coded_of_body) over of_column and min(depth) over of_column = max(depth) over of_column
        )
    )
),

wanted as (
    select
        rule_id,
        count(*) filter (side in ('left', 'right') and required) as terms_wanted,
        count(*) filter (side in ('even', 'odd')) as weighed_wanted,
        bool_or(side = 'odd') as wants_odd,
        count(*) filter (side = 'some') > 0 as wants_some
    from {{ ref('stg_rules__terms') }}
    group by rule_id
),

complete as (
    select terms_found.rule_id, terms_found.document_id, terms_found.spot, terms_found.matched
    from terms_found
    inner join wanted using (rule_id)
    group by all
    having count(distinct terms_found.term_no) filter (terms_found.required) = any_value(wanted.terms_wanted)
        and bool_or(terms_found.side = 'left') and bool_or(terms_found.side = 'right')
),

-- what must be nothing for the rule to apply; an unread one might be something
conditions as (
    select * from chosen
    where side in ('zero', 'some', 'even', 'odd')
    qualify side in ('zero', 'some') or row_number() over (
        partition by rule_id, document_id, spot, term_no
        order by is_blank, preference, row_no, column_no
    ) = 1
),

conditions_met as (
    select
        places.rule_id,
        places.document_id,
        places.spot,
        not coalesce(bool_or(is_unreadable or value <> 0) filter (side = 'zero'), false) as is_nothing,
        coalesce(bool_or(is_unreadable or value <> 0) filter (side = 'some'), false)
            or not any_value(wanted.wants_some) as is_something,
        any_value(wanted.weighed_wanted) = 0
            or (
                count(*) filter (side in ('even', 'odd')) = any_value(wanted.weighed_wanted)
                and not bool_or(is_unreadable) filter (side in ('even', 'odd'))
                and (sum(weight * value) filter (side in ('even', 'odd')) <> 0) = any_value(wanted.wants_odd)
            ) as is_weighed,
        any_value(wanted.wants_odd) as wants_odd,
        arg_min('p.' || page || ' ' || row_label, (page, row_no, column_no))
            filter (side = 'zero' and (is_unreadable or value <> 0)) as something
    from (select distinct rule_id, document_id, spot from complete) as places
    inner join wanted using (rule_id)
    left join conditions using (rule_id, document_id, spot)
    group by all
)

select
    terms_found.rule_id,
    terms_found.document_id,
    terms_found.spot || '/' || terms_found.matched as place,
    terms_found.side,
    terms_found.weight,
    terms_found.amount_id,
    'both' as labelled_by,
    case
        when not conditions_met.is_nothing then 'applies only where nothing is: ' || conditions_met.something
        when not conditions_met.is_something then 'applies only where something is that this paper does not print'
        when not conditions_met.is_weighed
            then 'applies only where two totals ' || case when conditions_met.wants_odd then 'differ' else 'agree' end
    end as unmet_condition
from terms_found
inner join complete using (rule_id, document_id, spot, matched)
inner join conditions_met using (rule_id, document_id, spot)
