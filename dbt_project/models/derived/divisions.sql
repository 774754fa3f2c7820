-- Cities and counties in one table, with those that have ended.
with divisions as (
    select
        code,
        name,
        name_en,
        '地级' as division_level,
        cast(null as {{ text_type() }}) as parent_code,
        aliases,
        valid_from,
        valid_to,
        replaced_by
    from {{ ref('cities') }}
    union all
    select
        code,
        name,
        name_en,
        '县级' as division_level,
        parent as parent_code,
        aliases,
        valid_from,
        valid_to,
        replaced_by
    from {{ ref('counties') }}
)

select
    {{ derived_id() }} as id,
    *
from divisions
order by id
