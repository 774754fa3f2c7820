{#
  Where Spark finds tables: in no catalogue, but as Parquet under the workspace, which all workers must see. What Spark
  builds lies in `spark/<name>.parquet/`, a folder each. Views are those of the session; a run builds what it reads of them.
#}
{%- macro parquet_at(path) -%}
{{ return(api.Relation.create(schema='parquet', identifier='`' ~ env_var('FUZHI_WORKSPACE') | replace('`', '``') ~ '/' ~ path ~ '`')) }}
{%- endmacro -%}

{%- macro ref() -%}
{%- set relation = builtins.ref(*varargs, **kwargs) -%}
{%- set model = graph.get('nodes', {}).get('model.fuzhi.' ~ relation.identifier) -%}
{%- if target.type != 'spark' or relation.is_cte or (model and model.config.materialized == 'view') -%}
{{ return(relation) }}
{%- endif -%}
{{ return(parquet_at('spark/' ~ relation.identifier ~ '.parquet')) }}
{%- endmacro -%}

{%- macro source(folder, name) -%}
{%- set relation = builtins.source(folder, name) -%}
{%- if target.type != 'spark' -%}
{{ return(relation) }}
{%- endif -%}
{%- set paths = {'raw': 'raw/' ~ name ~ '/*.parquet', 'intake': 'intake/' ~ name ~ '.parquet', 'published': 'latest/' ~ name ~ '.parquet'} -%}
{{ return(parquet_at(paths[folder])) }}
{%- endmacro -%}

{%- macro spark__raw_rows(dataset) -%}
(select *, _metadata.row_index as row_index from {{ source('raw', dataset) }})
{%- endmacro -%}
