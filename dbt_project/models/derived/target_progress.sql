-- How far each target has come, by period, over the province, by city and by chain; from published tables alone.
with areas as (
    select
        '全省' as scope,
        '370000' as scope_code,
        cast(null as {{ text_type() }}) as city_code,
        cast(null as {{ text_type() }}) as chain,
        cast(null as date) as begun,
        cast(null as date) as ended
    union all
    select
        '市' as scope,
        code as scope_code,
        code as city_code,
        null as chain,
        valid_from as begun,
        valid_to as ended
    from {{ ref('cities') }}
    union all
    select
        '产业链' as scope,
        code as scope_code,
        null as city_code,
        code as chain,
        valid_from as begun,
        valid_to as ended
    from {{ ref('chains') }}
),

-- One row per target, period and area; what does not stand on the day of the data only where something counts for it.
counted as (
    select
        periods.*,
        areas.scope,
        areas.scope_code,
        areas.city_code,
        areas.chain,
        coalesce(numbers.number, 0) as number,
        case when periods.is_judged and areas.scope = '全省' then periods.target end as goal,
        case when periods.is_judged and areas.scope = '全省' then periods.target_text end as goal_text,
        {{ days_between('periods.period_from', 'periods.period_to') }} + 1 as days,
        {{ days_between('periods.period_from', 'periods.data_date') }} + 1 as days_gone
    from {{ ref('target_progress__periods') }} as periods
    cross join areas
    left join {{ ref('target_progress__counted') }} as numbers
        on
            periods.target_id = numbers.target_id
            and periods.valid_from = numbers.valid_from
            and periods.period = numbers.period
            and areas.scope_code = numbers.scope_code
    where
        case areas.scope
            when '市' then periods.dataset in {{ words_in(published_with(['city_code'])) }}
            when '产业链' then periods.dataset in {{ words_in(published_with(['chain'])) }}
            else true
        end
        and (
            numbers.number is not null
            or (coalesce(areas.begun <= periods.data_date, true) and coalesce(areas.ended >= periods.data_date, true))
        )
),

-- A straight line from nothing before the period to the goal on its last day; one decimal, halves upwards.
lined as (
    select
        *,
        floor(
            cast(20 * goal * greatest(0, least(days, days_gone)) + days as double) / cast(2 * days as double)
        ) / 10 as expected
    from counted
)

select
    {{ derived_id() }} as id,
    target_id,
    clause,
    indicator,
    indicator_en,
    period,
    period_from,
    period_to,
    scope,
    scope_code,
    city_code,
    chain,
    cast(number as double) as number,
    unit,
    cast(goal as double) as target,
    goal_text as target_text,
    floor(cast(2000 * number + goal as double) / cast(nullif(2 * goal, 0) as double)) / 10 as share,
    expected,
    case
        when goal is null then '无指标'
        when number >= goal then '已达成'
        when comparison = 'about' and number >= goal * (1 - {{ decimal_or_null(plan_period().tolerance) }}) then '已达成'
        when number >= expected then '按进度'
        else '滞后'
    end as status,
    data_date,
    dataset,
    dataset_version
from lined
order by id
