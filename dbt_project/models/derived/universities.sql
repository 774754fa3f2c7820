-- The code list of institutions as a dataset.
select
    {{ derived_id() }} as id,
    code,
    name,
    province,
    place,
    education_level,
    supervisor,
    sponsorship,
    valid_from,
    valid_to,
    replaced_by
from {{ ref('institutions') }}
order by id
