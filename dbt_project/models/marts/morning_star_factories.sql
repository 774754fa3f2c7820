select {{ public_columns() }}
from {{ ref('morning_star_factories__judged') }}
where outcome = 'published'
order by id
