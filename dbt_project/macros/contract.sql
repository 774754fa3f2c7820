{# The contract of a dataset, as the generated YAML of its staging model carries it (orchestration/contracts/dbt_files.py). #}

{#
  {'fields': {name: field}, 'key': [name], 'rules': [{name, fields, holds}]}, in the order of the contract.
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
{{ return({'fields': fields, 'key': staged.config.meta.key, 'rules': staged.config.meta.rules}) }}
{%- endmacro -%}

{# In a mart: the columns of its generated YAML, which are `id`, the public fields and `round`, and no others. #}
{%- macro public_columns() -%}
{%- if execute and not model.columns -%}
{%- do exceptions.raise_compiler_error(model.name ~ ' has no columns: its YAML is not generated') -%}
{%- endif -%}
{{ model.columns.keys() | join(', ') }}
{%- endmacro -%}
