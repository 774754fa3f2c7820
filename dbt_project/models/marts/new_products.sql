select {{ public_columns() }}
from {{ ref('new_products__judged') }}
where outcome = 'published'
order by id
