select {{ public_columns() }}
from {{ ref('matching_events__judged') }}
where outcome = 'published'
order by id
