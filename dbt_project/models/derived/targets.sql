-- The targets of the plan (schemas/shared/targets.yaml) as a dataset.
with entries as (
    {{ target_entries() }}
)

select
    {{ derived_id() }} as id,
    target_id,
    clause,
    wording,
    indicator,
    indicator_en,
    cast(target as double) as target,
    unit,
    unit_en,
    comparison,
    target_text,
    recurrence,
    dataset,
    counts,
    counted_rows,
    counted_year,
    valid_from,
    valid_to
from entries
order by id
