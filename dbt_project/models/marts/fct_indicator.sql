select
    indicators.indicator_id,
    indicators.form_id,
    indicators.document_id,
    indicators.scope,
    indicators.goal_no,
    indicators.level1,
    indicators.level1_code,
    indicators.level2,
    indicators.level2_code,
    indicators.name,
    indicators.value_role,
    indicators.value_year,
    indicators.value_text,
    indicators.value_kind,
    indicators.comparator,
    indicators.value_low,
    indicators.value_high,
    indicators.value_unit,
    indicators.basis_text,
    indicators.weight,
    indicators.is_core,
    indicators.scoring_text,
    indicators.score,
    indicators.deviation_text,
    indicators.page,
    indicators.x0,
    indicators.top,
    indicators.x1,
    indicators.bottom
from {{ ref('stg_budget__indicators') }} as indicators
inner join {{ ref('dim_document') }} as documents using (document_id)
where documents.status = 'published'
order by indicators.document_id, indicators.indicator_id
