select {{ public_columns() }}
from {{ ref('innovation_needs__judged') }}
where outcome = 'published'
order by id
