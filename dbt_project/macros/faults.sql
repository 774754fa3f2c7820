{#
  What is wrong with a value. A fault is a text `code@field` or `code@field@detail`; its code is one of
  schemas/shared/issues.yaml. All the faults of a row are one list, in the order of the contract.
#}

{%- macro fault(code, field, detail='') -%}
{{ sql_text([code, field.name, detail] | reject('equalto', '') | join('@')) }}
{%- endmacro -%}

{# The faults of one field, each an expression that is null where nothing is wrong. #}
{%- macro faults_of(field) -%}
{%- set text, value = field.name ~ '__text', field.name -%}
{%- set faults = [first_fault(text, value, field)] -%}
{%- if field.public and field.kind in ['text', 'name', 'list'] -%}
{%- do faults.append(personal_data_fault(value, field)) -%}
{%- endif -%}
{{ return(faults) }}
{%- endmacro -%}

{# What the kind finds comes before what the constraints find. #}
{%- macro first_fault(text, value, field) -%}
{%- set of_kind = context['faults_' ~ field.kind](text, value, field) -%}
{%- set constraints = constraint_faults(value, field) -%}
{%- if of_kind == 'null' -%}
{{ constraints }}
{%- elif constraints == 'null' -%}
{{ of_kind }}
{%- else -%}
coalesce({{ of_kind }}, {{ constraints }})
{%- endif -%}
{%- endmacro -%}

{# The constraints of Table Schema that a contract may set: required, minimum, maximum, minLength, maxLength. #}
{%- macro constraint_faults(value, field) -%}
{%- set bounds = [
  ('minimum', value ~ ' < ', 'below_minimum'),
  ('maximum', value ~ ' > ', 'above_maximum'),
  ('minLength', 'length(' ~ value ~ ') < ', 'too_short'),
  ('maxLength', 'length(' ~ value ~ ') > ', 'too_long'),
] -%}
{%- set cases = [] -%}
{%- if field.constraints.required -%}
{%- do cases.append('when ' ~ value ~ ' is null then ' ~ fault('required_missing', field)) -%}
{%- endif -%}
{%- for constraint, condition, code in bounds if constraint in field.constraints -%}
{%- set bound = field.constraints[constraint] -%}
{%- do cases.append('when ' ~ condition ~ (bound if bound is number else sql_text(bound)) ~ ' then ' ~ fault(code, field, bound)) -%}
{%- endfor -%}
{{ 'case ' ~ cases | join(' ') ~ ' end' if cases else 'null' }}
{%- endmacro -%}

{# A rule holds unless it is false: where a column is empty it says nothing. #}
{%- macro rule_fault(rule) -%}
case when not ({{ rule.holds }}) then {{ fault('rule_broken', {'name': rule.fields[0]}, rule.name) }} end
{%- endmacro -%}
