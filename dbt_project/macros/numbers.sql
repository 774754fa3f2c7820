{#
  Whole numbers, numbers, percentages. A number may carry thousands separators and the unit of its field; an estimate or
  a range is no number.
#}

{%- macro plain_number() -%}[+-]?[0-9]+(?:[.][0-9]+)?(?:[Ee][+-]?[0-9]+)?{%- endmacro -%}
{%- macro grouped_number() -%}[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:[.][0-9]+)?{%- endmacro -%}

{# The number that a text is, null where it is none. #}
{%- macro read_number(text) -%}
case
  when {{ is_wholly(text, plain_number()) }} then try_cast({{ text }} as double)
  when {{ is_wholly(text, grouped_number()) }} then try_cast(replace({{ text }}, ',', '') as double)
end
{%- endmacro -%}

{# As above, for a text that may end with the unit of the field: 30台. #}
{%- macro read_number_with_unit(text, unit) -%}
{%- if unit -%}
{%- set at_end = '(?i)' ~ literal_pattern(unit) ~ '$' -%}
case
  when {{ matches(text, at_end) }} then {{ read_number(replaced(text, at_end, '')) }}
  else {{ read_number(text) }}
end
{%- else -%}
{{ read_number(text) }}
{%- endif -%}
{%- endmacro -%}

{# A pattern for just this text. #}
{%- macro literal_pattern(text) -%}
{%- for sign in text -%}{{ '[' ~ sign ~ ']' if sign in '.+*?$|(){}' else sign }}{%- endfor -%}
{%- endmacro -%}

{# What is wrong with a text that is no number. #}
{%- macro number_fault(text, field) -%}
{%- set estimate = '约|近|左右|上下|余|多|几|以上|以下|以内|超|逾|至少|最多|不少于|不低于|不超过|不足|[<>≤≥~≈±]' -%}
{%- set number = '[0-9][0-9,.]*' -%}
case
  when {{ matches(text, '[0-9]') }} and {{ matches(text, estimate) }} then {{ fault('number_approximate', field) }}
  when {{ matches(text, '^' ~ number ~ '[^0-9-]*(?:[-—–~至到]|——)' ~ number ~ '[^0-9-]*$') }} then {{ fault('number_approximate', field) }}
  else {{ fault('number_unreadable', field) }}
end
{%- endmacro -%}

{%- macro clean_number(text, field) -%}
{{ read_number_with_unit(text, field.unit) }}
{%- endmacro -%}
{%- macro faults_number(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ number_fault(text, field) }} end
{%- endmacro -%}

{# 85% and 85 are both 85: a bare number is taken as it stands, 0.85 too. #}
{%- macro clean_percent(text, field) -%}
{{ read_number_with_unit(text, '%') }}
{%- endmacro -%}
{%- macro faults_percent(text, value, field) -%}
{{ faults_number(text, value, field) }}
{%- endmacro -%}

{%- macro clean_integer(text, field) -%}
{%- set number = read_number_with_unit(text, field.unit) -%}
case
  when {{ is_wholly(text, '[0-9]+') }} then try_cast({{ text }} as bigint)
  when {{ number }} % 1 = 0 then try_cast({{ number }} as bigint)
end
{%- endmacro -%}
{%- macro faults_integer(text, value, field) -%}
case
  when {{ text }} is null or {{ value }} is not null then null
  when {{ read_number_with_unit(text, field.unit) }} % 1 <> 0 then {{ fault('number_not_whole', field) }}
  else {{ number_fault(text, field) }}
end
{%- endmacro -%}
