-- What any share about a year rests on: how many bodies ought to have published, and how many have.
with

expected as (
    select
        fiscal_year,
        document_kind,
        count(*)::integer as bodies_expected,
        count(*) filter (state = 'published')::integer as expected_published,
        count(*) filter (state in ('held', 'refused'))::integer as expected_unread,
        count(*) filter (state = 'missing')::integer as expected_missing,
        count(*) filter (state = 'late')::integer as expected_late
    from {{ ref('expected_papers') }}
    group by all
),

published as (
    select
        fiscal_year,
        coalesce(document_kind, 'budget') as document_kind,
        count(distinct department_id)::integer as bodies_published
    from {{ ref('dim_document') }}
    where status = 'published' and fiscal_year is not null
    group by all
)

select
    fiscal_year,
    document_kind,
    coalesce(published.bodies_published, 0)::integer as bodies_published,
    expected.bodies_expected,
    expected.expected_published,
    expected.expected_unread,
    expected.expected_missing,
    expected.expected_late,
    -- rounded down: only what is whole says 1
    (trunc(expected.expected_published * 10000.0 / expected.bodies_expected) / 10000)::decimal(6, 4) as completeness
from expected
full outer join published using (fiscal_year, document_kind)
order by fiscal_year, document_kind
