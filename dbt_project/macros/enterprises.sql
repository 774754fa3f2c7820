{# Every published row that names an enterprise, of whatever dataset; what a dataset does not have is null. #}
{%- macro enterprise_entries() -%}
{%- for dataset in published_with(['uscc', 'org_name']) %}
select
    {{ sql_text(dataset) }} as dataset, id, round, uscc, org_name
    {%- for name in ['city_code', 'county_code', 'chain', 'tiers'] -%}
    , {{ name if dataset in published_with([name]) else 'cast(null as ' ~ text_type() ~ ')' }} as {{ name }}
    {%- endfor %}
from {{ source('published', dataset) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro -%}
