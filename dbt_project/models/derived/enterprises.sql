-- One row per unified social credit code over all published datasets; what was said last counts.
with entries as (
    select
        *,
        -- 1 is the latest; of several in one round the first by dataset and identifier.
        row_number() over (partition by uscc order by round desc, dataset asc, id asc) as place
    from {{ ref('enterprises__entries') }}
),

latest as (
    select
        uscc,
        min_by(org_name, place) as org_name,
        min_by(city_code, case when city_code is not null then place end) as city_code,
        min_by(chain, case when chain is not null then place end) as chain,
        min_by(tiers, case when tiers is not null then place end) as tiers,
        {{ joined_distinct('dataset') }} as datasets,
        count(*) as entries,
        max(round) as last_round
    from entries
    group by uscc
),

-- A county counts only in the city that counts.
counties as (
    select
        entries.uscc,
        min_by(entries.county_code, entries.place) as county_code
    from entries
    inner join latest on entries.uscc = latest.uscc and entries.city_code = latest.city_code
    where entries.county_code is not null
    group by entries.uscc
),

names as (
    select
        entries.uscc,
        {{ joined_distinct('entries.org_name') }} as other_names
    from entries
    inner join latest on entries.uscc = latest.uscc and entries.org_name <> latest.org_name
    group by entries.uscc
),

enterprises as (
    select
        latest.uscc,
        latest.org_name,
        names.other_names,
        latest.city_code,
        counties.county_code,
        latest.chain,
        latest.tiers,
        latest.datasets,
        latest.entries,
        latest.last_round
    from latest
    left join counties on latest.uscc = counties.uscc
    left join names on latest.uscc = names.uscc
)

select
    {{ derived_id() }} as id,
    *
from enterprises
order by id
