{#
  Every name with a unified social credit code in the published rows, of whatever dataset and in whatever role; what a
  dataset does not have is null.
#}
{%- macro enterprise_entries() -%}
{%- set entries = [] -%}
{%- for dataset, holders in published_holders().items() -%}
{%- for name, uscc in holders -%}
{%- do entries.append((dataset, name, uscc)) -%}
{%- endfor -%}
{%- endfor -%}
{%- for dataset, name, uscc in entries %}
select
    {{ sql_text(dataset) }} as dataset, id, round, {{ uscc }} as uscc, {{ name }} as org_name
    {%- for name in ['city_code', 'county_code', 'chain', 'tiers'] -%}
    , {{ name if dataset in published_with([name]) else 'cast(null as ' ~ text_type() ~ ')' }} as {{ name }}
    {%- endfor %}
from {{ source('published', dataset) }}
where {{ uscc }} is not null and {{ name }} is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro -%}
