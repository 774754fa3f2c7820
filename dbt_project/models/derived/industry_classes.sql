-- The code list of industries as a dataset.
select
    {{ derived_id() }} as id,
    code,
    name,
    valid_from,
    valid_to,
    replaced_by
from {{ ref('industries') }}
order by id
