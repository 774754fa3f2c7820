select {{ public_columns() }}
from {{ ref('fusion_demonstrations__judged') }}
where outcome = 'published'
order by id
