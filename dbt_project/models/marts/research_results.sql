select {{ public_columns() }}
from {{ ref('research_results__judged') }}
where outcome = 'published'
order by id
