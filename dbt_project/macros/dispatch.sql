{#
  What engines say differently, and nothing else: every other macro and every model is SQL that DuckDB and Spark both read.
  To add an engine, write `<adapter>__…` for each macro of this file, of `raw_rows.sql` and of `external.sql`, as `spark/` does.
  A regular expression is of the common part of RE2 and Java: no look-around, no back-reference.
#}

{# Whether the pattern occurs in the text. #}
{%- macro matches(text, pattern) -%}
{{ adapter.dispatch('matches', 'fuzhi')(text, pattern) }}
{%- endmacro -%}
{%- macro duckdb__matches(text, pattern) -%}
regexp_matches({{ text }}, {{ sql_text(pattern) }})
{%- endmacro -%}

{# Whether the pattern covers the whole text. #}
{%- macro is_wholly(text, pattern) -%}
{{ adapter.dispatch('is_wholly', 'fuzhi')(text, pattern) }}
{%- endmacro -%}
{%- macro duckdb__is_wholly(text, pattern) -%}
regexp_full_match({{ text }}, {{ sql_text(pattern) }})
{%- endmacro -%}

{# The text with every occurrence of the pattern replaced; \1 is what the first group caught. #}
{%- macro replaced(text, pattern, replacement) -%}
{{ adapter.dispatch('replaced', 'fuzhi')(text, pattern, replacement) }}
{%- endmacro -%}
{%- macro duckdb__replaced(text, pattern, replacement) -%}
regexp_replace({{ text }}, {{ sql_text(pattern) }}, {{ sql_text(replacement) }}, 'g')
{%- endmacro -%}

{# The text without any of these characters at its ends. #}
{%- macro trimmed_of(text, characters) -%}
{{ adapter.dispatch('trimmed_of', 'fuzhi')(text, characters) }}
{%- endmacro -%}
{%- macro duckdb__trimmed_of(text, characters) -%}
trim({{ text }}, {{ sql_text(characters) }})
{%- endmacro -%}

{# SHA-256 as 64 hexadecimal digits. #}
{%- macro sha256_hex(text) -%}
{{ adapter.dispatch('sha256_hex', 'fuzhi')(text) }}
{%- endmacro -%}
{%- macro duckdb__sha256_hex(text) -%}
sha256({{ text }})
{%- endmacro -%}

{# A double to that many decimals, halves away from zero. #}
{%- macro rounded(number, decimals) -%}
{{ adapter.dispatch('rounded', 'fuzhi')(number, decimals) }}
{%- endmacro -%}
{%- macro duckdb__rounded(number, decimals) -%}
round({{ number }}, {{ decimals }})
{%- endmacro -%}

{# The day that many days after 1899-12-30, from which spreadsheets count. #}
{%- macro day_of_serial(days) -%}
{{ adapter.dispatch('day_of_serial', 'fuzhi')(days) }}
{%- endmacro -%}
{%- macro duckdb__day_of_serial(days) -%}
date '1899-12-30' + {{ days }}
{%- endmacro -%}

{# How many days lie between two dates: 0 where they are the same. #}
{%- macro days_between(earlier, later) -%}
{{ adapter.dispatch('days_between', 'fuzhi')(earlier, later) }}
{%- endmacro -%}
{%- macro duckdb__days_between(earlier, later) -%}
date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro -%}

{# Over a group: its different values in their order, with ; between them; null where there is none. #}
{%- macro joined_distinct(expression) -%}
{{ adapter.dispatch('joined_distinct', 'fuzhi')(expression) }}
{%- endmacro -%}
{%- macro duckdb__joined_distinct(expression) -%}
string_agg(distinct {{ expression }}, ';' order by {{ expression }})
{%- endmacro -%}

{# Lists of text. Places count from 1. #}
{%- macro list_of(expressions) -%}
{{ adapter.dispatch('list_of', 'fuzhi')(expressions) }}
{%- endmacro -%}
{%- macro duckdb__list_of(expressions) -%}
cast([{{ expressions | join(', ') }}] as varchar[])
{%- endmacro -%}

{%- macro list_item(list, place) -%}
{{ adapter.dispatch('list_item', 'fuzhi')(list, place) }}
{%- endmacro -%}
{%- macro duckdb__list_item(list, place) -%}
{{ list }}[{{ place }}]
{%- endmacro -%}

{%- macro list_length(list) -%}
{{ adapter.dispatch('list_length', 'fuzhi')(list) }}
{%- endmacro -%}
{%- macro duckdb__list_length(list) -%}
len({{ list }})
{%- endmacro -%}

{%- macro list_place(list, item) -%}
{{ adapter.dispatch('list_place', 'fuzhi')(list, item) }}
{%- endmacro -%}
{%- macro duckdb__list_place(list, item) -%}
list_position({{ list }}, {{ item }})
{%- endmacro -%}

{%- macro list_with(list, item) -%}
{{ adapter.dispatch('list_with', 'fuzhi')(list, item) }}
{%- endmacro -%}
{%- macro duckdb__list_with(list, item) -%}
list_append({{ list }}, {{ item }})
{%- endmacro -%}

{%- macro list_as_text(list, separator) -%}
{{ adapter.dispatch('list_as_text', 'fuzhi')(list, separator) }}
{%- endmacro -%}
{%- macro duckdb__list_as_text(list, separator) -%}
array_to_string({{ list }}, {{ separator }})
{%- endmacro -%}

{# The parts of a text between one-character separators. #}
{%- macro split_on(text, separator) -%}
{{ adapter.dispatch('split_on', 'fuzhi')(text, separator) }}
{%- endmacro -%}
{%- macro duckdb__split_on(text, separator) -%}
string_split({{ text }}, {{ separator }})
{%- endmacro -%}

{# Whether the condition holds for any item; it calls the item by the name given. #}
{%- macro list_any(list, name, condition) -%}
{{ adapter.dispatch('list_any', 'fuzhi')(list, name, condition) }}
{%- endmacro -%}
{%- macro duckdb__list_any(list, name, condition) -%}
len(list_filter({{ list }}, lambda {{ name }}: {{ condition }})) > 0
{%- endmacro -%}

{# In a select list: one row per item of the list. #}
{%- macro each_of(list) -%}
{{ adapter.dispatch('each_of', 'fuzhi')(list) }}
{%- endmacro -%}
{%- macro duckdb__each_of(list) -%}
unnest({{ list }})
{%- endmacro -%}

{# A text as a literal. #}
{%- macro sql_text(text) -%}
{{ adapter.dispatch('sql_text', 'fuzhi')(text) }}
{%- endmacro -%}
{%- macro duckdb__sql_text(text) -%}
'{{ text | string | replace("'", "''") }}'
{%- endmacro -%}

{# The type of a text column, as `cast` wants it. #}
{%- macro text_type() -%}
{{ adapter.dispatch('text_type', 'fuzhi')() }}
{%- endmacro -%}
{%- macro duckdb__text_type() -%}
varchar
{%- endmacro -%}
