{# The raw tables of a dataset as one relation, each row with `row_index`, its number in its own Parquet file, from 0. #}
{%- macro raw_rows(dataset) -%}
{{ adapter.dispatch('raw_rows', 'fuzhi')(dataset) }}
{%- endmacro -%}

{# The location that the source names asks for `file_row_number`: numbering rows in the query would make it one-threaded. #}
{%- macro duckdb__raw_rows(dataset) -%}
(select *, file_row_number as row_index from {{ source('raw', dataset) }})
{%- endmacro -%}
