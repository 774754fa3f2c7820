{# Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit. #}
{# The issues of rows and cells that hold a row back. #}
{%- macro error_codes() -%}
{{ return([
  'required_missing',
  'error_cell',
  'formula_without_value',
  'uscc_malformed',
  'uscc_check_character',
  'digits_lost',
  'date_unreadable',
  'month_unreadable',
  'number_unreadable',
  'number_approximate',
  'number_not_whole',
  'boolean_unreadable',
  'below_minimum',
  'above_maximum',
  'too_short',
  'too_long',
  'too_many_items',
  'not_in_list',
  'code_unknown',
  'outside_parent',
  'outside_scope',
  'reference_unknown',
  'rule_broken',
  'personal_data',
]) }}
{%- endmacro -%}
