{#
  The materialization `external`: a model is a Parquet file `<external_root>/<model>.parquet` and a view on it.
  It takes the place of dbt-duckdb's, which writes the rows twice (into the database, then into the file) and puts a row
  of nulls into the file of a model without rows, which every reader of the file would have to know about.
  DuckDB writes beside the file and renames, also where there was none, so the file is always whole, or not there where a
  model fails; without rows it has its columns still.
#}
{% materialization external, adapter='duckdb' %}
  {%- set location = adapter.external_root() ~ '/' ~ this.identifier ~ '.parquet' -%}
  {%- set view = this.incorporate(type='view') -%}
  {%- set existing = load_cached_relation(this) -%}

  {{ run_hooks(pre_hooks) }}
  {% if existing is not none and not existing.is_view %}
    {% do adapter.drop_relation(existing) %}
  {% endif %}
  {% call statement('main') -%}
    copy (
      {{ compiled_code }}
    ) to {{ sql_text(location) }} (format parquet, compression zstd, use_tmp_file true)
  {%- endcall %}
  {# Without hive_partitioning=false a folder named `a=b` above the workspace would become a column. #}
  {% call statement('view') -%}
    create or replace view {{ view }} as
    select * from read_parquet({{ sql_text(location) }}, hive_partitioning = false)
  {%- endcall %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}

  {{ return({'relations': [view]}) }}
{% endmaterialization %}
