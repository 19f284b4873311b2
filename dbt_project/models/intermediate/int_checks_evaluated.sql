with

sums as (
    select
        check_id,
        rule_id,
        document_id,
        place,
        sum(weight * value) filter (side = 'left') as left_sum,
        sum(weight * value) filter (side = 'right') as right_sum,
        -- what a rate is a rate of
        sum(weight * value) filter (side = 'base') as base_sum,
        sum(abs(weight) * half_unit) as tolerance,
        sum(abs(weight) * half_unit) filter (side = 'left') as left_half,
        sum(abs(weight) * half_unit) filter (side = 'right') as right_half,
        sum(abs(weight) * half_unit) filter (side = 'base') as base_half,
        count(*) filter (is_unreadable or value is null) as unread,
        arg_min(
            case when state = 'text' then 'text instead of an amount' else 'unread' end
            || ': p.' || page || ' ' || label || ' ' || coalesce(printed_text, ''),
            (page, row_no, column_no, label)
        ) filter (is_unreadable or value is null) as unread_cell,
        min(wanting) as wanting,
        min(counted_in) as counted_in,
        -- what a printed figure may be the beginning of: a single one, printed to its left side's last digit
        2 * any_value(half_unit) filter (side = 'left') as last_digit,
        count(*) filter (side = 'left') as left_count,
        bool_and(is_blank) filter (side = 'left') as left_blank,
        bool_and(is_blank) filter (side = 'right') as right_blank,
        -- sorted below: a sorted aggregate sorts each group by itself, which takes six times as long
        list({page: page, row_no: row_no, column_no: column_no, label: label}) filter (side = 'left') as left_terms,
        list({minus: weight < 0, page: page, row_no: row_no, column_no: column_no, label: if(weight < 0, '− ', '') || label})
            filter (side = 'right') as right_terms,
        list({minus: weight < 0, page: page, row_no: row_no, column_no: column_no, label: if(weight < 0, '− ', '') || label})
            filter (side = 'base') as base_terms,
        case when count(distinct coalesce(organization_id, '-')) = 1 then min(organization_id) end as organization_id,
        coalesce(bool_or(table_id in (select table_id from {{ ref('int_tables_unsettled') }})), false) as is_unsettled,
        coalesce(min(page) filter (side = 'left'), min(page)) as page
    from {{ ref('int_check_terms_gathered') }}
    group by all
),

-- a rate and its tolerance are per cent; rounding of what it is made of is carried along
scaled as (
    select
        sums.* exclude (right_sum, tolerance),
        rules.relation,
        rules.place = 'children' as adds_rows,
        case rules.relation when '%' then (100 * right_sum / base_sum)::decimal(38, 6) else right_sum end as right_sum,
        case rules.relation
            when '%'
                then (left_half + 100 * (right_half + abs(right_sum / base_sum) * base_half) / abs(base_sum))::decimal(38, 14)
            else tolerance
        end as tolerance
    from sums
    inner join {{ ref('stg_rules__rules') }} as rules using (rule_id)
),

compared as (
    select
        *,
        array_to_string(list_transform(list_sort(left_terms), lambda term: term.label), ' + ') as left_label,
        list_transform(list_sort(right_terms), lambda term: term.label) as right_labels,
        replace(array_to_string(list_transform(list_sort(base_terms), lambda term: term.label), ' + '), '+ − ', '− ')
            as base_label,
        case when unread = 0 then (left_sum - right_sum)::decimal(20, 2) end as difference,
        abs(left_sum - right_sum) <= tolerance as is_within_tolerance,
        left_count = 1 and last_digit > 0 and relation in ('=', '%') and sign(left_sum) = sign(right_sum)
            and abs(left_sum) = floor(abs(right_sum) / last_digit) * last_digit as is_cut_off
    from scaled
),

judged as (
    select
        compared.*,
        case
            when unread > 0 or wanting is not null then 'not_checked'
            when compared.difference = 0 then 'pass'
            when compared.relation = '>=' and compared.difference > 0 then 'pass'
            when compared.is_within_tolerance then 'rounding'
            when accepted.check_id is not null then 'accepted'
            -- rows below it are withheld; not where they may be rows that were not read
            when compared.adds_rows and compared.difference > 0 and withholding.document_id is not null
                and not compared.is_unsettled then 'accepted'
            else 'fail'
        end as outcome,
        coalesce(accepted.reason, 'withheld') as accepted_reason
    from compared
    left join {{ ref('stg_rules__accepted') }} as accepted
        on compared.check_id = accepted.check_id and compared.difference = accepted.difference
    left join {{ ref('int_papers_withholding') }} as withholding on compared.document_id = withholding.document_id
),

kinds_printed as (
    select distinct document_id, table_kind from {{ ref('int_amounts_pooled') }}
),

documents_read as (
    select document_id from kinds_printed
    union
    select document_id from {{ ref('stg_budget__statements') }}
),

-- a term may be found in any of several kinds of table
kinds_missing as (
    select terms.rule_id, documents.document_id, string_agg(distinct terms.table_kind, ', ' order by terms.table_kind) as kinds
    from {{ ref('stg_rules__terms') }} as terms
    cross join documents_read as documents
    where terms.required
        and terms.table_kind is not null
        and not exists (
            select 1 from kinds_printed
            where kinds_printed.document_id = documents.document_id
                and list_contains(string_split(terms.table_kind, '|'), kinds_printed.table_kind)
        )
    group by all
),

-- what is looked at as a whole comes with its outcome; a reviewer may accept it all the same
shapes as (
    select
        shapes.* exclude (outcome, reason),
        case when shapes.outcome = 'fail' and accepted.check_id is not null then 'accepted' else shapes.outcome end as outcome,
        case when shapes.outcome = 'fail' then accepted.reason else shapes.reason end as reason
    from {{ ref('int_shapes_checked') }} as shapes
    left join {{ ref('stg_rules__accepted') }} as accepted
        on shapes.check_id = accepted.check_id and shapes.difference is not distinct from accepted.difference
),

unmet as (
    select rule_id, document_id, min(unmet_condition) as unmet_condition
    from (
        select rule_id, document_id, unmet_condition from {{ ref('int_terms_selected') }}
        union all
        select rule_id, document_id, unmet_condition from {{ ref('int_papers_wanting') }}
        union all
        select rule_id, document_id, unmet_condition from {{ ref('int_statements_across') }}
        union all
        select rule_id, document_id, unmet_condition from {{ ref('int_statements_matched') }}
    )
    where unmet_condition is not null
    group by all
),

words as (
    select
        check_id,
        rule_id,
        document_id,
        place,
        bool_and(holds) as holds,
        min(remark) filter (is_odd) as remark,
        array_to_string(list(distinct printed order by printed) filter (side = 'left' and (is_odd or holds))[:4], ' / ')
            as left_label,
        array_to_string(list(distinct printed order by printed) filter (side = 'right')[:4], ' / ') as right_label,
        any_value(left_number)::decimal(20, 2) as left_value,
        any_value(right_number)::decimal(20, 2) as right_value,
        (any_value(left_number) - any_value(right_number))::decimal(20, 2) as difference,
        case when any_value(left_number) is not null then 0 end::decimal(20, 4) as tolerance,
        min(value_unit) as value_unit,
        coalesce(min(page) filter (is_odd), min(page) filter (side = 'left'), min(page)) as page
    from {{ ref('int_labels_compared') }}
    group by all
),

labels as (
    select
        words.* exclude (holds, remark),
        case when holds then 'pass' when accepted.check_id is not null then 'accepted' else 'fail' end as outcome,
        case when not holds then coalesce(accepted.reason, remark) end as reason
    from words
    left join {{ ref('stg_rules__accepted') }} as accepted
        on words.check_id = accepted.check_id and words.difference is not distinct from accepted.difference
),

looked_for as (
    select
        md5(concat_ws('/', rules.rule_id, documents.document_id, 'none')) as check_id,
        rules.rule_id,
        documents.document_id,
        case
            when rules.first_year > documents.fiscal_year then 'the rule holds from ' || rules.first_year
            when unmet.unmet_condition is not null then unmet.unmet_condition
            when rules.place = 'label' then 'nothing of the kind is said twice in this paper'
            when kinds_missing.kinds is not null then 'no amounts of ' || kinds_missing.kinds || ' in this paper'
            when rules.place in ('columns', 'children') then 'no such breakdown in this paper'
            when rules.place = 'shape' then 'this paper has no place for it'
            when rules.place = 'text' then 'the running text says nothing of it that can be compared'
            when rules.place = 'units' then 'no units in this paper'
            when rules.place = 'papers' then 'no amount in this paper that another paper of its body would repeat'
            else 'its terms do not occur together in this paper'
        end as reason
    from {{ ref('stg_rules__rules') }} as rules
    cross join {{ ref('stg_budget__documents') }} as documents
    anti join judged on rules.rule_id = judged.rule_id and documents.document_id = judged.document_id
    anti join shapes on rules.rule_id = shapes.rule_id and documents.document_id = shapes.document_id
    anti join labels on rules.rule_id = labels.rule_id and documents.document_id = labels.document_id
    left join unmet on rules.rule_id = unmet.rule_id and documents.document_id = unmet.document_id
    left join kinds_missing
        on rules.rule_id = kinds_missing.rule_id and documents.document_id = kinds_missing.document_id
    where documents.reason is null
        and documents.document_id in (select document_id from documents_read)
),

checks as (
    select
        check_id,
        rule_id,
        document_id,
        place,
        organization_id,
        outcome,
        case outcome when 'not_checked' then coalesce(unread_cell, wanting) when 'accepted' then accepted_reason
            when 'fail' then case when is_cut_off then 'the last digits are cut off instead of rounded' end
        end as reason,
        left_label,
        case when unread = 0 then left_sum end::decimal(20, 2) as left_value,
        replace(array_to_string(right_labels[:8], ' + '), '+ − ', '− ')
            || case when len(right_labels) > 8 then ' + … (' || len(right_labels) || ')' else '' end
            || coalesce(' ÷ (' || base_label || ')', '') as right_label,
        case when unread = 0 then right_sum end::decimal(20, 2) as right_value,
        difference,
        tolerance::decimal(20, 4) as tolerance,
        case
            when unread > 0 then null
            when relation = '%' then '%'
            else coalesce(counted_in, '元')
        end as value_unit,
        left_blank,
        right_blank,
        is_cut_off and outcome = 'fail' as is_cut_off,
        page
    from judged
    union all by name
    select * from shapes
    union all by name
    select * from labels
    union all by name
    select check_id, rule_id, document_id, 'not_applicable' as outcome, reason
    from looked_for
)

select
    checks.*,
    rules.family,
    rules.relation,
    coalesce(tolerances.severity, rules.severity) as severity,
    documents.fiscal_year
from checks
inner join {{ ref('stg_rules__rules') }} as rules using (rule_id)
inner join {{ ref('stg_budget__documents') }} as documents using (document_id)
left join {{ ref('stg_rules__tolerances') }} as tolerances
    on rules.family = tolerances.family and checks.is_cut_off and tolerances.kind = 'cut_off'
