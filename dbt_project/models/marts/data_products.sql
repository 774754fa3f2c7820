select {{ public_columns() }}
from {{ ref('data_products__judged') }}
where outcome = 'published'
order by id
