select {{ public_columns() }}
from {{ ref('vr_centers__judged') }}
where outcome = 'published'
order by id
