select {{ public_columns() }}
from {{ ref('smart_factories__judged') }}
where outcome = 'published'
order by id
