{# The targets of the plan as rows, and how each is counted: schemas/shared/targets.yaml says them, `targets()` returns them. #}

{# A number with separators of thousands, in Jinja; whole numbers without a point. #}
{%- macro with_thousands(number) -%}
{{ return('{:,}'.format(number | int if number == number | int else number)) }}
{%- endmacro -%}

{# What is to be reached, as the programme office writes it; None where the plan gives neither a number nor a rule. #}
{%- macro target_text(target) -%}
{%- if target.number is none -%}
{{ return(target.text) }}
{%- endif -%}
{%- set forms = {
  'at_least': '{number}{unit}以上', 'about': '约{number}{unit}', 'exactly': '{number}{unit}',
  'as_written': '{number}{unit}', 'held': '{number}{unit}均举办',
} -%}
{{ return(forms[target.comparison].format(number=with_thousands(target.number), unit=target.unit)) }}
{%- endmacro -%}

{# A text, a date or a number as SQL; null for what is not given. #}
{%- macro text_or_null(text) -%}
{{ 'cast(null as ' ~ text_type() ~ ')' if text is none or text is undefined else sql_text(text) }}
{%- endmacro -%}
{%- macro date_or_null(day) -%}
{{ 'cast(null as date)' if day is none else "cast('" ~ day ~ "' as date)" }}
{%- endmacro -%}
{%- macro decimal_or_null(number) -%}
cast({{ 'null' if number is none else number }} as decimal(18, 6))
{%- endmacro -%}

{# What a target counts, as an aggregate. #}
{%- macro count_of(target) -%}
{{ 'count(distinct ' ~ target.counts.distinct ~ ')' if target.counts is mapping else target.counts }}
{%- endmacro -%}

{# One row per entry of the targets, with all that is said of it. #}
{%- macro target_entries() -%}
{%- for target in targets() %}
select
    {{ sql_text(target.id) }} as target_id,
    {{ sql_text(target.clause) }} as clause,
    {{ sql_text(target.wording) }} as wording,
    {{ sql_text(target.indicator) }} as indicator,
    {{ sql_text(target.indicator_en) }} as indicator_en,
    {{ decimal_or_null(target.number) }} as target,
    {{ sql_text(target.unit) }} as unit,
    {{ sql_text(target.unit_en) }} as unit_en,
    {{ sql_text(target.comparison) }} as comparison,
    {{ text_or_null(target_text(target)) }} as target_text,
    {{ sql_text(target.period) }} as recurrence,
    {{ 'true' if target.stock else 'false' }} as stock,
    {{ sql_text(target.dataset) }} as dataset,
    {{ sql_text(count_of(target)) }} as counts,
    {{ text_or_null(target.where) }} as counted_rows,
    {{ sql_text(target.in_year) }} as counted_year,
    {{ date_or_null(target.valid_from) }} as valid_from,
    {{ date_or_null(target.valid_to) }} as valid_to
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro -%}

{# Words as SQL's `in` wants them; of none, what nothing is in. #}
{%- macro words_in(words) -%}
{%- set texts = [] -%}
{%- for word in words -%}
{%- do texts.append(sql_text(word)) -%}
{%- endfor -%}
({{ texts | join(', ') or 'null' }})
{%- endmacro -%}

{# The whole plan, and each of its years; the numbers of years are for what is counted by year. #}
{%- macro plan_periods() -%}
{%- set plan = plan_period() -%}
{%- set years = range(plan['from'][:4] | int, plan['to'][:4] | int + 1) -%}
select
    'plan' as length,
    '{{ years[0] }}-{{ years[-1] }}' as period,
    {{ date_or_null(plan['from']) }} as period_from,
    {{ date_or_null(plan['to']) }} as period_to,
    {{ years[0] }} as first_year,
    {{ years[-1] }} as last_year
{%- for year in years %}
union all
select
    'year', '{{ year }}', {{ date_or_null(year ~ '-01-01') }}, {{ date_or_null(year ~ '-12-31') }}, {{ year }}, {{ year }}
{%- endfor %}
{%- endmacro -%}

{#
  What each target counts, by the periods of `target_progress__periods`: over the province, and by city and chain where
  its dataset tells them. What is counted, of which rows and for which year stands in schemas/shared/targets.yaml.
#}
{%- macro target_numbers() -%}
{%- for target in targets() %}
{%- set by_city = target.dataset in published_with(['city_code']) -%}
{%- set by_chain = target.dataset in published_with(['chain']) %}
select
    {{ sql_text(target.id) }} as target_id,
    {{ date_or_null(target.valid_from) }} as valid_from,
    counted_period as period,
    case
        {%- if by_city %} when grouping(city_code) = 0 then '市' {% endif -%}
        {%- if by_chain %} when grouping(chain) = 0 then '产业链' {% endif %}
        when true then '全省'
    end as scope,
    case
        {%- if by_city %} when grouping(city_code) = 0 then city_code {% endif -%}
        {%- if by_chain %} when grouping(chain) = 0 then chain {% endif %}
        when true then '370000'
    end as scope_code,
    cast({{ count_of(target) }} as decimal(18, 6)) as number
from (
    select counting.*, periods.period as counted_period
    from (
        select *, {{ target.in_year }} as counted_year
        from {{ source('published', target.dataset) }}
        {%- if target.where %}
        where {{ target.where }}
        {%- endif %}
    ) as counting
    inner join {{ ref('target_progress__periods') }} as periods
        on periods.target_id = {{ sql_text(target.id) }}
        and periods.valid_from = {{ date_or_null(target.valid_from) }}
        and counting.counted_year between periods.first_year and periods.last_year
) as counted
group by grouping sets (
    (counted_period)
    {%- if by_city %}, (counted_period, city_code) {% endif -%}
    {%- if by_chain %}, (counted_period, chain) {% endif %}
)
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro -%}
