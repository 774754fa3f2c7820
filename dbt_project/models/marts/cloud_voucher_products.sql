select {{ public_columns() }}
from {{ ref('cloud_voucher_products__judged') }}
where outcome = 'published'
order by id
