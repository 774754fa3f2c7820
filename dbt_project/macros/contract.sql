{# The contract of a dataset, as the generated YAML of its staging model carries it (orchestration/contracts/dbt_files.py). #}

{#
  {'fields': {name: field}, 'key': [name], 'rules': [{name, fields, holds}],
  'references': [{fields, dataset, their_fields}]}, in the order of the contract.
  A field: name, kind, public, heading, constraints {…} and, where it has them, unit, codes, within (with
  parent_required), categories.
  Only while a model is compiled, for until then dbt has not read the YAML: call it under `if execute`.
#}
{%- macro contract_of(dataset) -%}
{%- set staged = graph.nodes['model.fuzhi.stg_' ~ dataset] -%}
{%- set fields = {} -%}
{%- for column in staged.columns.values() if column.config.meta.kind -%}
{%- do fields.update({column.name: dict(column.config.meta, name=column.name)}) -%}
{%- endfor -%}
{%- for field in fields.values() if field.within -%}
{%- do field.update(parent_required=fields[field.within].constraints.required) -%}
{%- endfor -%}
{%- if not fields -%}
{%- do exceptions.raise_compiler_error('stg_' ~ dataset ~ ' has no fields: its YAML is not generated') -%}
{%- endif -%}
{{ return({'fields': fields, 'key': staged.config.meta.key, 'rules': staged.config.meta.rules, 'references': staged.config.meta.references or []}) }}
{%- endmacro -%}

{#
  In a mart: the columns of its generated YAML, which are `id`, the public fields and `round`, and no others. A value that
  wants consent is empty where the row does not give it.
#}
{%- macro public_columns() -%}
{%- if execute and not model.columns -%}
{%- do exceptions.raise_compiler_error(model.name ~ ' has no columns: its YAML is not generated') -%}
{%- endif -%}
{%- set columns = [] -%}
{%- for column in model.columns.values() -%}
{%- set consent = column.config.meta.consent -%}
{%- do columns.append('case when ' ~ consent ~ ' then ' ~ column.name ~ ' end as ' ~ column.name if consent else column.name) -%}
{%- endfor -%}
{{ columns | join(', ') }}
{%- endmacro -%}

{# In a derived model: the identifier of its rows, from the columns of the key in the contract. #}
{%- macro derived_id() -%}
{%- if execute -%}
{{ row_id(model.config.meta) }}
{%- endif -%}
{%- endmacro -%}

{# The datasets whose published tables have all these columns, in the order of their names. #}
{%- macro published_with(columns) -%}
{%- set found = [] -%}
{%- for dataset, its_columns in published_tables().items() if columns | reject('in', its_columns) | list | length == 0 -%}
{%- do found.append(dataset) -%}
{%- endfor -%}
{{ return(found) }}
{%- endmacro -%}
