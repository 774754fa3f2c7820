select {{ public_columns() }}
from {{ ref('innovation_centers__judged') }}
where outcome = 'published'
order by id
