-- Function codes are renumbered from year to year: a code that only the other paper prints, under the name and within
-- the class of one that only this paper prints, is the same. A name that a class holds more than once says nothing.
with

codes as (
    select distinct
        document_id, fiscal_year, table_kind, subject_code, subject_level,
        subject_code[:3] as class_code,
        {{ letters('subject_name') }} as name
    from {{ ref('int_paper_lines') }}
    where subject_scheme = 'function' and subject_code is not null and subject_name is not null
),

pairs as (
    select related.document_id, related.other_id
    from {{ ref('int_papers_related') }} as related
    inner join {{ ref('stg_budget__documents') }} as own using (document_id)
    inner join {{ ref('stg_budget__documents') }} as other on related.other_id = other.document_id
    where related.relation <> 'unit' and own.fiscal_year <> other.fiscal_year
)

select
    pairs.document_id,
    pairs.other_id,
    own.table_kind,
    other.subject_code as other_code,
    own.subject_code
from pairs
inner join codes as own using (document_id)
inner join codes as other
    on pairs.other_id = other.document_id
    and own.table_kind = other.table_kind
    and own.subject_level = other.subject_level
    and own.class_code = other.class_code
    and own.name = other.name
    and own.subject_code <> other.subject_code
where not exists (
    select 1 from codes
    where codes.document_id = pairs.other_id and codes.table_kind = own.table_kind
        and codes.subject_code = own.subject_code
)
and not exists (
    select 1 from codes
    where codes.document_id = pairs.document_id and codes.table_kind = own.table_kind
        and codes.subject_code = other.subject_code
)
qualify count(*) over (partition by pairs.document_id, pairs.other_id, own.table_kind, other.subject_code) = 1
    and count(*) over (partition by pairs.document_id, pairs.other_id, own.table_kind, own.subject_code) = 1
