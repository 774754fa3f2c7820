select {{ public_columns() }}
from {{ ref('industrial_internet_scenes__judged') }}
where outcome = 'published'
order by id
