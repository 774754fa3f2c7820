-- Every target with the periods that are reported for it, by the date of its data; of a target that changed, the entry
-- that stood on the day of the data, or on the last day of the period if that was earlier.
{{ config(materialized='ephemeral') }}

with entries as (
    {{ target_entries() }}
),

periods as (
    {{ plan_periods() }}
),

latest as (
    select coalesce(max(created), {{ date_or_null(plan_period()['from']) }}) as created
    from {{ source('published', 'versions') }}
),

dated as (
    select
        entries.*,
        versions.version as dataset_version,
        coalesce(versions.created, latest.created) as data_date
    from entries
    cross join latest
    left join {{ source('published', 'versions') }} as versions on entries.dataset = versions.dataset
),

reported as (
    select
        dated.*,
        periods.period,
        periods.period_from,
        periods.period_to,
        periods.last_year,
        -- What stood before the plan counts for a stock, but only over the whole period.
        case when dated.stock and periods.length = 'plan' then 0 else periods.first_year end as first_year,
        -- The single years of a target of the whole plan are for information.
        periods.length = dated.recurrence as is_judged,
        greatest(periods.period_from, least(periods.period_to, dated.data_date)) as judged_on
    from dated
    inner join periods
        on
            (periods.length = 'plan' and dated.recurrence = 'plan')
            or (periods.length = 'year' and dated.data_date >= periods.period_from)
)

select *
from reported
where judged_on >= valid_from and (valid_to is null or judged_on <= valid_to)
