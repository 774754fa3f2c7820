select {{ public_columns() }}
from {{ ref('scene_items__judged') }}
where outcome = 'published'
order by id
