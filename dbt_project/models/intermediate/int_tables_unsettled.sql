-- Tables whose sums may lack what was not understood: numbers of theirs are in no column or row, or they may go on in the
-- table before or after them.
with

beside as (
    select
        table_id,
        meant,
        lag(meant) over paper as before,
        lead(meant) over paper as after
    from (
        select *, case state when 'filled' then table_kind else state end as meant
        from {{ ref('stg_budget__tables') }}
    )
    where state in ('filled', 'unrecognised', 'unknown_unit')
    window paper as (partition by document_id order by table_no)
)

select table_id
from {{ ref('stg_budget__findings') }}
where severity = 'error' and kind in ('unmapped_header', 'unmapped_row', 'unread_cell') and table_id is not null
union
select table_id from beside
where meant in (before, after) or 'unrecognised' in (before, after)
