select field, code, zh, en from {{ source('vocabulary', 'codebook') }}
