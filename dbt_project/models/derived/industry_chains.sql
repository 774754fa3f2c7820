-- The code list of chains as a dataset.
select
    {{ derived_id() }} as id,
    code,
    name,
    name_en,
    aliases,
    list_version,
    valid_from,
    valid_to,
    replaced_by
from {{ ref('chains') }}
order by id
