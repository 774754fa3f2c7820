{#
  Days, months and years. A day is read where it is written out in full, in whatever spelling; what could be two days (3/5/2024)
  or is none (2024.03, 2024-02-30, 2181-02-06) is at fault, never guessed.
#}

{# No form means a year before 1949 or after 2100. #}
{%- macro plausible_year() -%}(19(?:49|[5-9][0-9])|20[0-9]{2}|2100){%- endmacro -%}

{# The time of day goes first, while a blank still parts it from the day. #}
{%- macro tidy_date(cell) -%}
{%- set time_of_day = '[T' ~ blank() ~ ']*[0-9]{1,2}[:：][0-9]{2}([:：][0-9]{2}([.][0-9]+)?)?Z?$' -%}
case
  when {{ is_wholly(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}') }} then {{ cell }}
  when {{ is_wholly(cell, no_value()) }} then null
  else {{ unspaced(replaced(cell, time_of_day, '')) }}
end
{%- endmacro -%}

{# 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日; 20240305; 45356, days as a spreadsheet counts them (1900 system). #}
{%- macro clean_date(text, field) -%}
{%- set with_signs = plausible_year() ~ '[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?' -%}
{%- set without_signs = plausible_year() ~ '([0-9]{2})([0-9]{2})' -%}
{%- set serial = 'cast(substr(' ~ text ~ ', 1, 5) as integer)' -%}
case
  when {{ is_wholly(text, with_signs) }} then try_cast({{ replaced(text, '^' ~ with_signs ~ '$', '\\1-\\2-\\3') }} as date)
  when {{ is_wholly(text, without_signs) }} then try_cast({{ replaced(text, '^' ~ without_signs ~ '$', '\\1-\\2-\\3') }} as date)
  {# 1949-01-01 to 2100-12-31 #}
  when {{ is_wholly(text, '[0-9]{5}(?:[.][0-9]+)?') }}
    then case when {{ serial }} between 17899 and 73415 then {{ day_of_serial(serial) }} end
end
{%- endmacro -%}
{%- macro faults_date(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ fault('date_unreadable', field) }} end
{%- endmacro -%}

{#
  2024-03, 2024/3, 2024年3月, 2024.03, 202403, and the month of a day. 2024.1 may be October that lost its nought in a
  column of numbers: at fault.
#}
{%- macro clean_month(text, field) -%}
{%- set any_month, day = '(0?[1-9]|1[0-2])', '(?:0?[1-9]|[12][0-9]|3[01])' -%}
{%- set with_signs = plausible_year() ~ '[-/年]' ~ any_month ~ '(?:月份?|[-/月]' ~ day ~ '日?)?' -%}
{%- set without_signs = plausible_year() ~ '(?:[.]?(0[1-9]|1[0-2])|[.]([2-9]))' -%}
case
  when {{ is_wholly(text, with_signs) }}
    then substr({{ text }}, 1, 4) || '-' || lpad({{ replaced(text, '^' ~ with_signs ~ '$', '\\2') }}, 2, '0')
  when {{ is_wholly(text, without_signs) }}
    then substr({{ text }}, 1, 4) || '-' || lpad({{ replaced(text, '^' ~ without_signs ~ '$', '\\2\\3') }}, 2, '0')
end
{%- endmacro -%}
{%- macro faults_month(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ fault('month_unreadable', field) }} end
{%- endmacro -%}

{# 2023, 2023年, 2023年度, 2023.0, and the year of a month or of a day. #}
{%- macro clean_year(text, field) -%}
{%- set month, day = '(?:0?[1-9]|1[0-2])', '(?:0?[1-9]|[12][0-9]|3[01])' -%}
{%- set year = plausible_year() ~ '(?:年度?|[.]0+|[-/.年]' ~ month ~ '(?:月?|[-/.月]' ~ day ~ '[日号]?)|' ~ '[01][0-9][0-3][0-9])?' -%}
case when {{ is_wholly(text, year) }} then cast(substr({{ text }}, 1, 4) as integer) end
{%- endmacro -%}
{%- macro faults_year(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ fault('number_unreadable', field) }} end
{%- endmacro -%}
