{# What a unit test of a kind of value runs: cells in, and for each its value and its fault, by the macros that staging calls. #}
{%- macro judged_cells(kind) -%}
{%- set cells = ref('cells') -%}
{%- set field = dict({'name': 'value', 'kind': kind, 'public': false, 'constraints': {}}, **kwargs) -%}
with tidied as (
    select
        cell,
        cell as value__cell,
        unit as value__unit,
        {{ tidy(kind, 'cell') }} as value__text
    from {{ cells }}
),

cleaned as (
    select
        *,
        {{ context['clean_' ~ kind]('value__text', field) }} as value
    from tidied
)

select
    cell,
    value__unit as unit,
    cast(value as {{ text_type() }}) as value,
    concat_ws(' ', {{ faults_of(field) | join(', ') }}) as faults
from cleaned
{%- endmacro -%}
