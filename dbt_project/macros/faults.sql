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
{%- if field.scoped -%}
{%- do faults.append(outside_scope_fault(value, field)) -%}
{%- endif -%}
{{ return(faults) }}
{%- endmacro -%}

{# That a formula failed or has no value comes before what the kind finds, and that before what the constraints find. #}
{%- macro first_fault(text, value, field) -%}
{%- set faults = [
  formula_fault(field.name ~ '__cell', field),
  context['faults_' ~ field.kind](text, value, field),
  constraint_faults(value, field),
] | reject('equalto', 'null') | list -%}
{{ faults[0] if faults | length == 1 else 'coalesce(' ~ faults | join(', ') ~ ')' }}
{%- endmacro -%}

{# A city other than the one that the submitter speaks for. #}
{%- macro outside_scope_fault(value, field) -%}
case when {{ value }} <> submitter_city then {{ fault('outside_scope', field) }} end
{%- endmacro -%}

{#
  A cell that shows an error of a spreadsheet, as Excel, WPS and LibreOffice name them, or that holds a formula whose
  value was not saved with it: intake writes #FORMULA! there.
#}
{%- macro formula_fault(cell, field) -%}
{%- set errors = '(?:#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!)|Err:[0-9]{3})' -%}
case
    when {{ cell }} = '#FORMULA!' then {{ fault('formula_without_value', field) }}
    when ({{ cell }} like '#%' or {{ cell }} like 'Err:%') and {{ is_wholly(cell, errors) }} then {{ fault('error_cell', field) }}
end
{%- endmacro -%}

{# The constraints that a contract may set: required, minimum, maximum, minLength, maxLength, and maxItems of a list. #}
{%- macro constraint_faults(value, field) -%}
{%- set bounds = [
  ('minimum', value ~ ' < ', 'below_minimum'),
  ('maximum', value ~ ' > ', 'above_maximum'),
  ('minLength', 'length(' ~ value ~ ') < ', 'too_short'),
  ('maxLength', 'length(' ~ value ~ ') > ', 'too_long'),
  ('maxItems', "1 + length(" ~ value ~ ") - length(replace(" ~ value ~ ", ';', '')) > ", 'too_many_items'),
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

{# A reference to another dataset that none of its published rows answers; `number` is its place in the contract. #}
{%- macro reference_fault(reference, number) -%}
{%- set given = reference.fields | join(' is not null and ') ~ ' is not null' -%}
case when {{ given }} and reference_{{ number }}.answers is null then {{ fault('reference_unknown', {'name': reference.fields[-1]}, reference.dataset) }} end
{%- endmacro -%}

{#
  A rule holds unless it is false: where a column is empty it says nothing. Neither does it of a value that could not be
  read, for that is a fault by itself.
#}
{%- macro rule_fault(rule) -%}
case
    when not ({{ rule.holds }})
{%- for name in rule.fields %} and ({{ name }} is not null or {{ name }}__text is null){% endfor %}
        then {{ fault('rule_broken', {'name': rule.fields[0]}, rule.name) }}
end
{%- endmacro -%}
