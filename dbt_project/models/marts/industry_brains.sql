select {{ public_columns() }}
from {{ ref('industry_brains__judged') }}
where outcome = 'published'
order by id
