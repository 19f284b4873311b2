select
    kind,
    text,
    vocabulary_file,
    proposed_row,
    count(*)::integer as places,
    count(distinct document_id)::integer as documents,
    min(document_id) as example_document_id,
    arg_min(page, (document_id, page)) as example_page
from {{ ref('findings') }}
where vocabulary_file like 'pipelines/vocabulary/%' or kind in ('unrecognised_table', 'unmapped_row', 'unknown_unit')
group by all
order by places desc, kind, text
