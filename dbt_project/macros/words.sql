{# Words and texts: text, name, choice, set, list, boolean, phone, email. #}

{# --- text: as it was given --- #}
{%- macro clean_text(text, field) -%}{{ text }}{%- endmacro -%}
{%- macro faults_text(text, value, field) -%}null{%- endmacro -%}

{#
  --- name ---
  Letters, digits and signs are half width; Chinese punctuation stays. Brackets have one form, the Chinese （）, which is
  how business licences print them, so that 某某（集团）公司 and 某某(集团)公司 are one name.
#}
{%- macro tidy_name(cell) -%}
case
  when {{ is_wholly(cell, no_value()) }} then null
  when {{ matches(cell, '[' ~ blank() ~ '()' ~ signs_to_narrow() ~ ']') }}
    then {{ unbroken("translate(" ~ cell ~ ", " ~ sql_text('()' ~ fullwidth_signs()) ~ ", " ~ sql_text('（）' ~ narrow_signs()) ~ ")") }}
  else {{ cell }}
end
{%- endmacro -%}
{%- macro clean_name(text, field) -%}{{ text }}{%- endmacro -%}
{%- macro faults_name(text, value, field) -%}null{%- endmacro -%}

{# U+FF01 to U+FF5E without ！（），：；？, for use inside [ ]. #}
{%- macro signs_to_narrow() -%}\x{ff02}-\x{ff07}\x{ff0a}\x{ff0b}\x{ff0d}-\x{ff19}\x{ff1c}-\x{ff1e}\x{ff20}-\x{ff5e}{%- endmacro -%}
{%- macro narrow_signs() -%}
{%- set narrow = namespace(signs='') -%}
{%- for wide in fullwidth_signs() -%}
{%- set narrow.signs = narrow.signs ~ (wide if wide in '！（），：；？' else ascii_signs()[loop.index0]) -%}
{%- endfor -%}
{{ narrow.signs }}
{%- endmacro -%}

{#
  One line without the blanks that a form's layout put in: a line break goes, and so does a blank between two Chinese
  characters; between Latin words one space stays. Twice for 济 南 市, since a match cannot begin with the end of another.
#}
{%- macro unbroken(text) -%}
{%- set chinese = '([^\\x{00}-\\x{7f}])' -%}
{%- set spaced = replaced(replaced(text, '[\\x{200b}\\x{feff}]', ''), '[ \\t\\x{a0}\\x{3000}]+', ' ') -%}
{%- set joined = replaced(replaced(spaced, chinese ~ ' ?[\\r\\n]\\s*', '\\1'), '\\s*[\\r\\n] ?' ~ chinese, '\\1') -%}
{%- set one_line = replaced(joined, '\\s+', ' ') -%}
trim({{ replaced(replaced(one_line, chinese ~ ' ' ~ chinese, '\\1\\2'), chinese ~ ' ' ~ chinese, '\\1\\2') }})
{%- endmacro -%}

{# --- choice: one of the categories, compared when folded --- #}
{%- macro tidy_choice(cell) -%}
case when not {{ is_wholly(cell, no_value()) }} then {{ folded(cell) }} end
{%- endmacro -%}
{%- macro clean_choice(text, field) -%}
case {{ text }}
{%- for category in field.categories %}
  when {{ folded(sql_text(category)) }} then {{ sql_text(category) }}
{%- endfor %}
end
{%- endmacro -%}
{%- macro faults_choice(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ fault('not_in_list', field, field.categories | join('、')) }} end
{%- endmacro -%}

{#
  --- set: some of the categories, published in their order ---
  The text of 发明专利、软件著作权 is ;发明专利;;软件著作权; so that an item is found, and taken out, with its two ends.
#}
{%- macro tidy_set(cell) -%}
{%- set between = '[、,;/' ~ blank() ~ ']+' -%}
case
  when not {{ is_wholly(cell, no_value()) }}
    then ';' || {{ replaced(replaced(halfwidth(cell), '^' ~ between ~ '|' ~ between ~ '$', ''), between, ';;') }} || ';'
end
{%- endmacro -%}
{# A category as it stands in such a text; one that a separator would split could never be found. #}
{%- macro set_item(category) -%}
{%- set item = namespace(text='') -%}
{%- for sign in category | lower -%}
{%- set place = fullwidth_signs().find(sign) -%}
{%- set item.text = item.text ~ (ascii_signs()[place] if place >= 0 else sign) -%}
{%- endfor -%}
{%- if modules.re.search('[、,;/\\s]', item.text) -%}
{%- do exceptions.raise_compiler_error('category ' ~ category ~ ' of a set holds a sign that parts items') -%}
{%- endif -%}
{{ sql_text(';' ~ item.text ~ ';') }}
{%- endmacro -%}
{%- macro clean_set(text, field) -%}
nullif(concat_ws(';'
{%- for category in field.categories -%}
, case when contains(lower({{ text }}), {{ set_item(category) }}) then {{ sql_text(category) }} end
{%- endfor -%}
), '')
{%- endmacro -%}
{%- macro faults_set(text, value, field) -%}
{%- set rest = namespace(sql='lower(' ~ text ~ ')') -%}
{%- for category in field.categories -%}
{%- set rest.sql = 'replace(' ~ rest.sql ~ ', ' ~ set_item(category) ~ ", '')" -%}
{%- endfor -%}
case
  when {{ text }} is null or {{ text }} = ';' || {{ value }} || ';' then null
  when {{ rest.sql }} not in ('', ';;') then {{ fault('not_in_list', field, field.categories | join('、')) }}
end
{%- endmacro -%}

{# --- list: several values, joined by a semicolon --- #}
{%- macro tidy_list(cell) -%}
{%- set between = '[' ~ blank() ~ ']*[、,;\\r\\n][、,;' ~ blank() ~ ']*' -%}
{%- set at_an_end = '^[、,;' ~ blank() ~ ']+|[、,;' ~ blank() ~ ']+$' -%}
case
  when {{ is_wholly(cell, no_value()) }} then null
  when {{ matches(cell, '[\\x{ff01}-\\x{ff5e}、,;' ~ blank() ~ ']') }}
    then nullif({{ replaced(replaced(halfwidth(cell), at_an_end, ''), between, ';') }}, '')
  else {{ cell }}
end
{%- endmacro -%}
{%- macro clean_list(text, field) -%}{{ text }}{%- endmacro -%}
{%- macro faults_list(text, value, field) -%}null{%- endmacro -%}

{# --- boolean --- #}
{%- macro clean_boolean(text, field) -%}
case
  when {{ is_wholly(text, '(?i)(是|有|对|√|✓|✔|true|yes|y|1)') }} then true
  when {{ is_wholly(text, '(?i)(否|无|没有|错|×|✗|✘|x|false|no|n|0)') }} then false
end
{%- endmacro -%}
{%- macro faults_boolean(text, value, field) -%}
case when {{ text }} is not null and {{ value }} is null then {{ fault('boolean_unreadable', field) }} end
{%- endmacro -%}

{# --- phone and email: private, so only a warning where they are of no use --- #}
{%- macro clean_phone(text, field) -%}{{ text }}{%- endmacro -%}
{%- macro faults_phone(text, value, field) -%}
{%- set number = '([+]?86-?)?(1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}|([(]?0[1-9][0-9]{1,2}[)]?-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4})' -%}
case when {{ text }} is not null and not {{ is_wholly(text, number ~ '([、,;/]' ~ number ~ ')*') }} then {{ fault('phone_unreadable', field) }} end
{%- endmacro -%}
{%- macro clean_email(text, field) -%}{{ text }}{%- endmacro -%}
{%- macro faults_email(text, value, field) -%}
case when {{ text }} is not null and not {{ is_wholly(text, address() ~ '(?:[、,;]' ~ address() ~ ')*') }} then {{ fault('email_unreadable', field) }} end
{%- endmacro -%}
