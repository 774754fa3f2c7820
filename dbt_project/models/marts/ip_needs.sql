select {{ public_columns() }}
from {{ ref('ip_needs__judged') }}
where outcome = 'published'
order by id
