select {{ public_columns() }}
from {{ ref('key_technologies__judged') }}
where outcome = 'published'
order by id
