select {{ public_columns() }}
from {{ ref('ip_progress__judged') }}
where outcome = 'published'
order by id
