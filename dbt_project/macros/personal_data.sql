{#
  Personal data in a column that is to be published: a mobile number, a landline, an e-mail address, an identity number
  (GB 11643), a bank card. Registration numbers, patent numbers, dates and credit codes are none of them: what matters
  is that the number stands alone, not inside a longer run of letters and digits.
#}

{#
  The fault with the first kind found, null where nothing is. One search with all the patterns together tells almost
  every text from those that are worth a closer look; full-width digits are always worth one.
#}
{%- macro personal_data_fault(value, field) -%}
{%- set text = halfwidth(value) -%}
{%- set runs = split_on(replaced(text, '[^0-9A-Za-z]+', ' '), "' '") -%}
{%- set suspects = [mobile(), two_mobiles(), landline(), identity_shape(), card_shape()] | join('|') -%}
case when {{ matches(value, alone(suspects) ~ '|' ~ landline_by_name() ~ '|' ~ address() ~ '|[０-９＠]') }} then case
  when {{ matches(text, alone(mobile() ~ '|' ~ two_mobiles())) }} then {{ fault('personal_data', field, 'mobile') }}
  when {{ matches(text, alone(landline()) ~ '|' ~ landline_by_name()) }} then {{ fault('personal_data', field, 'landline') }}
  when {{ matches(text, address()) }} then {{ fault('personal_data', field, 'email') }}
  when {{ list_any(runs, 'run', is_identity_number('run')) }} then {{ fault('personal_data', field, 'id_number') }}
  when {{ list_any(runs, 'run', is_bank_card('run')) }} then {{ fault('personal_data', field, 'bank_card') }}
end end
{%- endmacro -%}

{# Not inside a longer run of letters and digits. #}
{%- macro alone(pattern) -%}(?:^|[^0-9A-Za-z])(?:{{ pattern }})(?:[^0-9A-Za-z]|$){%- endmacro -%}

{%- macro mobile() -%}(?:[+]?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}{%- endmacro -%}

{# Two mobile numbers glued together, with or without a landline before or behind, as a real notice printed them. #}
{%- macro two_mobiles() -%}(?:[0-9]{7,12})?1[3-9][0-9]{9}1[3-9][0-9]{9}(?:[0-9]{7,12})?{%- endmacro -%}

{# An area code, parted from the number; undivided only for the area codes of Shandong. #}
{%- macro landline() -%}[(（]?0(?:10|2[0-9]|[3-9][0-9]{2})[)）]?[-—– ]{1,2}[2-9][0-9]{6,7}|[(（]0(?:10|2[0-9]|[3-9][0-9]{2})[)）][2-9][0-9]{6,7}|0(?:53[0-9]|543|546|63[1-5])[2-8][0-9]{6,7}{%- endmacro -%}

{# Digits that the text itself calls a telephone number. #}
{%- macro landline_by_name() -%}(?:电话|手机|座机|传真|联系方式|[Tt][Ee][Ll]|[Ff][Aa][Xx])[^0-9]{0,4}[0-9]{7,12}(?:[^0-9A-Za-z]|$){%- endmacro -%}

{%- macro address() -%}[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+[.])+[A-Za-z]{2,}{%- endmacro -%}

{#
  GB 11643-1999: six digits of a division, eight of a day of birth, three in sequence, a check character.
  The first two digits are those of a province, which a credit code of an enterprise (91…) never has.
#}
{%- macro identity_shape() -%}(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]{%- endmacro -%}
{%- macro is_identity_number(run) -%}
{%- set weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] -%}
{{ is_wholly(run, identity_shape()) }} and substr('10X98765432', (
{%- for weight in weights -%}
{{ ' + ' if not loop.first }}{{ weight }} * {{ digit_at(run, loop.index) }}
{%- endfor -%}
) % 11 + 1, 1) = upper(substr({{ run }}, 18, 1))
{%- endmacro -%}

{# UnionPay cards, ISO/IEC 7812: 16 to 19 digits that begin with 62, check digit after Luhn. #}
{%- macro card_shape() -%}62[0-9]{14,17}{%- endmacro -%}
{%- macro is_bank_card(run) -%}
{{ is_wholly(run, card_shape()) }} and (
{%- for place in range(1, 20) -%}
{%- set digit = digit_at('reverse(' ~ run ~ ')', place) -%}
{{ ' + ' if not loop.first }}{{ digit if place is odd else '(' ~ digit ~ ' * 2 - case when ' ~ digit ~ ' > 4 then 9 else 0 end)' }}
{%- endfor -%}
) % 10 = 0
{%- endmacro -%}

{# 0 past the end of a shorter number. #}
{%- macro digit_at(number, place) -%}coalesce(try_cast(substr({{ number }}, {{ place }}, 1) as integer), 0){%- endmacro -%}
