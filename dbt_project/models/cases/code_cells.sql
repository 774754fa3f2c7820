{#- A city and a county within it, looked up as staging does. -#}
{%- set fields = {
  'city': {'name': 'city', 'kind': 'code', 'codes': 'cities', 'constraints': {'required': true}},
  'county': {'name': 'county', 'kind': 'code', 'codes': 'counties', 'within': 'city', 'parent_required': true, 'constraints': {}},
} -%}
with tidied as (
    select
        city as city__cell,
        county as county__cell,
        {{ tidy('code', 'city') }} as city__text,
        {{ tidy('code', 'county') }} as county__text
    from {{ ref('cells') }}
),

labels as (
    select * from {{ ref('code_labels') }}
),

looked_up as (
    select
        tidied.*{{ code_columns(fields) }}
    from tidied
    {{- code_joins(fields) }}
)

select
    city__cell,
    county__cell,
    city,
    county,
    concat_ws(' ', {{ (faults_of(fields.city) + faults_of(fields.county)) | join(', ') }}) as faults
from looked_up
