select {{ public_columns() }}
from {{ ref('cooperations__judged') }}
where outcome = 'published'
order by id
