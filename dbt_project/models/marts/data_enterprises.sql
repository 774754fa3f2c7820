select {{ public_columns() }}
from {{ ref('data_enterprises__judged') }}
where outcome = 'published'
order by id
