{#
  The unified social credit code, GB 32100-2015: 17 characters of an alphabet of 31 (digits and capitals without
  I, O, S, V, Z) and a check character.
#}

{%- macro uscc_alphabet() -%}0123456789ABCDEFGHJKLMNPQRTUWXY{%- endmacro -%}
{%- macro uscc_shape() -%}[0-9A-HJ-NPQRTUWXY]{18}{%- endmacro -%}

{# No width, no blanks, capitals, and no .0 of a code that was kept as a number. #}
{%- macro tidy_uscc(cell) -%}
case
  when {{ is_wholly(cell, uscc_shape()) }} then {{ cell }}
  when {{ is_wholly(cell, no_value()) }} then null
  else {{ replaced("upper(" ~ unspaced(cell) ~ ")", '^([0-9]+)[.]0+$', '\\1') }}
end
{%- endmacro -%}

{%- macro clean_uscc(text, field) -%}{{ text }}{%- endmacro -%}

{%- macro faults_uscc(text, value, field) -%}
case
  when {{ is_wholly(value, uscc_shape()) }}
    then case when {{ uscc_check_fails(value) }} then {{ fault('uscc_check_character', field) }} end
  when {{ is_wholly(value, scientific()) }} then {{ fault('digits_lost', field) }}
  when {{ value }} is not null then {{ fault('uscc_malformed', field) }}
end
{%- endmacro -%}

{# A code that a spreadsheet took for a number and wrote as 9.137E+17: its last digits are lost. #}
{%- macro scientific() -%}[0-9](?:[.][0-9]+)?[Ee][+]?[0-9]+{%- endmacro -%}

{#
  GB 32100-2015, 4.3: Σ value × weight over the first 17 plus the value of the check character is a multiple of 31.
  Unrolled, since a lambda over the characters takes twice as long; `instr` counts from 1, so one per weight is taken off.
#}
{%- macro uscc_check_fails(code) -%}
{%- set weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1] -%}
(
{%- for weight in weights -%}
{{ ' + ' if not loop.first }}{{ weight }} * instr('{{ uscc_alphabet() }}', substr({{ code }}, {{ loop.index }}, 1))
{%- endfor -%}
{{ ' ' }}- {{ weights | sum }}) % 31 <> 0
{%- endmacro -%}
