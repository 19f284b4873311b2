select
    documents.document_id,
    documents.sha256,
    documents.source_path,
    documents.file_name,
    documents.fiscal_year,
    documents.document_kind,
    documents.scope,
    documents.region_name,
    documents.department_id,
    documents.department_name,
    documents.named_by,
    documents.page_count,
    documents.text_layer,
    decisions.status,
    decisions.status_reason,
    coalesce(counts.amounts_total, 0)::integer as amounts_total,
    coalesce(counts.amounts_certified, 0)::integer as amounts_certified,
    {{ var('schema_version') }}::integer as schema_version
from {{ ref('stg_budget__documents') }} as documents
-- a document the gate did not decide on has no status and stops the build
left join {{ ref('stg_gate__decisions') }} as decisions using (document_id)
left join {{ ref('int_documents_counted') }} as counts using (document_id)
order by documents.document_id
