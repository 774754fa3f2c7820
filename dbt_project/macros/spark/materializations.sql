{# What Spark builds, models and code lists alike: one folder of Parquet each, its parts in the order of the rows. #}

{%- macro written_as_parquet(query) -%}
insert overwrite directory {{ sql_text(env_var('FUZHI_WORKSPACE') ~ '/spark/' ~ this.identifier ~ '.parquet') }}
using parquet options (compression 'zstd')
{{ query }}
{%- endmacro -%}

{% materialization external, adapter='spark' %}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') -%}
    {{ written_as_parquet(compiled_code) }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}

{# dbt's own inserts the rows as text within SQL, and trips over apostrophes and empty cells. #}
{% materialization seed, adapter='spark' %}
  {%- set types, rows = config.get('column_types'), load_agate_table() -%}
  {%- do store_result('agate_table', response='OK', agate_table=rows) -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement('view') -%}
    create or replace temporary view {{ this.identifier }} (
    {%- for column in rows.column_names %}{{ column }} {{ types[column] }}{{ ', ' if not loop.last }}{% endfor -%}
    ) using csv options (path {{ sql_text(model.root_path ~ '/' ~ model.original_file_path) }}, header 'true', escape '"')
  {%- endcall %}
  {% call statement('main') -%}
    {{ written_as_parquet('select * from ' ~ this.identifier) }}
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
