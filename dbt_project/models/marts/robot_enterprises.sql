select {{ public_columns() }}
from {{ ref('robot_enterprises__judged') }}
where outcome = 'published'
order by id
