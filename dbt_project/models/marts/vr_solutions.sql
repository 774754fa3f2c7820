select {{ public_columns() }}
from {{ ref('vr_solutions__judged') }}
where outcome = 'published'
order by id
