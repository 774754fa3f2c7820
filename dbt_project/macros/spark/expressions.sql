{# The expressions of `dispatch.sql`, for Spark. #}

{#
  A pattern of RE2 for Java: there `$` would also match before a last line break, a dot would leave out more than line
  feeds, `\s` would be a vertical tab too, and only with (?u) do letters fold beyond ASCII. No class that begins with ^
  may hold \s.
#}
{%- macro spark_pattern(pattern) -%}
{%- set ended = modules.re.sub('(?<![\\\\\\[])[$](?![^\\[]*\\])', '\\\\z', pattern) -%}
{{ sql_text('(?du)' ~ ended | replace('\\s', '[ \\t\\n\\f\\r]')) }}
{%- endmacro -%}

{%- macro spark__matches(text, pattern) -%}
regexp_like({{ text }}, {{ spark_pattern(pattern) }})
{%- endmacro -%}

{%- macro spark__is_wholly(text, pattern) -%}
regexp_like({{ text }}, {{ spark_pattern('\\A(?:' ~ pattern ~ ')\\z') }})
{%- endmacro -%}

{%- macro spark__replaced(text, pattern, replacement) -%}
regexp_replace({{ text }}, {{ spark_pattern(pattern) }}, {{ sql_text(modules.re.sub('\\\\([0-9])', '$\\1', replacement)) }})
{%- endmacro -%}

{%- macro spark__trimmed_of(text, characters) -%}
trim(both {{ sql_text(characters) }} from {{ text }})
{%- endmacro -%}

{%- macro spark__sha256_hex(text) -%}
sha2({{ text }}, 256)
{%- endmacro -%}

{# As DuckDB does it, to the last bit: Spark's own `round` goes through the decimal digits. A nought keeps its sign. #}
{%- macro spark__rounded(number, decimals) -%}
{%- set shifted, factor = '(' ~ number ~ ') * ' ~ 10 ** decimals, 10 ** decimals -%}
coalesce(
  nullif(cast(try_cast({{ shifted }} as decimal(38, 0)) as double), 0),
  case when abs({{ shifted }}) < 1 then 0 * {{ shifted }} else {{ shifted }} end
) / {{ factor }}
{%- endmacro -%}

{%- macro spark__day_of_serial(days) -%}
date_add(date '1899-12-30', {{ days }})
{%- endmacro -%}

{%- macro spark__days_between(earlier, later) -%}
datediff({{ later }}, {{ earlier }})
{%- endmacro -%}

{%- macro spark__joined_distinct(expression) -%}
nullif(array_join(sort_array(collect_set({{ expression }})), ';'), '')
{%- endmacro -%}

{%- macro spark__list_of(expressions) -%}
cast(array({{ expressions | join(', ') }}) as array<string>)
{%- endmacro -%}

{%- macro spark__list_item(list, place) -%}
get({{ list }}, {{ place }} - 1)
{%- endmacro -%}

{%- macro spark__list_length(list) -%}
array_size({{ list }})
{%- endmacro -%}

{%- macro spark__list_place(list, item) -%}
nullif(array_position({{ list }}, {{ item }}), 0)
{%- endmacro -%}

{%- macro spark__list_with(list, item) -%}
array_append({{ list }}, {{ item }})
{%- endmacro -%}

{%- macro spark__list_as_text(list, separator) -%}
array_join({{ list }}, {{ separator }})
{%- endmacro -%}

{%- macro spark__split_on(text, separator) -%}
split({{ text }}, {{ separator }})
{%- endmacro -%}

{%- macro spark__list_any(list, name, condition) -%}
exists({{ list }}, {{ name }} -> {{ condition }})
{%- endmacro -%}

{%- macro spark__each_of(list) -%}
explode({{ list }})
{%- endmacro -%}

{%- macro spark__sql_text(text) -%}
'{{ text | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro -%}

{%- macro spark__text_type() -%}
string
{%- endmacro -%}
