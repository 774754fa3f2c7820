select {{ public_columns() }}
from {{ ref('shared_facilities__judged') }}
where outcome = 'published'
order by id
