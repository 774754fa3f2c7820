-- The registry of issues (schemas/shared/issues.yaml) as a dataset.
with registry as (
    {{ issue_rows() }}
)

select
    {{ derived_id() }} as id,
    *
from registry
order by id
