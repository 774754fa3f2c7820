{#
  Personal data in a column that is to be published: a mobile number, a landline, an e-mail address, an identity number
  (GB 11643), a bank card. Registration numbers, patent numbers, dates and credit codes are none of them: what matters
  is that the number stands alone, not inside a longer run of letters and digits, and that no decimal point goes before.
  The privacy gate (orchestration/quality/privacy_patterns.py) asks the same of what is released, by other means; a test
  holds both to one labelled set.
#}

{#
  The fault with the first kind found, null where nothing is. One search tells almost every text from those that are worth
  a closer look, which is slow: digits that begin as a telephone number does, or are as many as in an identity number or on
  a card, a number that is called one, an at sign, digits that are not ASCII, signs that do not show.
#}
{%- macro personal_data_fault(value, field) -%}
{%- set text = plain_digits(value) -%}
{%- set runs = split_on(runs_of_digits(text), "' '") -%}
{%- set digits = '(?:[-. ()（）‐‑‒–—―−－﹣\\x{a0}\\x{202f}\\x{3000}]{0,5}[0-9])' -%}
{%- set begins = '(?:1[3-9]' ~ digits ~ '{9}|0[1-9]' ~ digits ~ '{8}|(?:00)?86' ~ digits ~ '{9}|[0-9]' ~ digits ~ '{14}|[0-9]{22})' -%}
{%- set long = matches(text, '[0-9](?:[- ]?[0-9]){14}') -%}
{%- set called = telephone_word() ~ '[^0-9]{0,6}[0-9](?:[- ]?[0-9]){6}' -%}
case when {{ matches(value, ['(?:^|[^0-9A-Za-z])' ~ begins, called, '[@＠' ~ other_digits() ~ unseen() ~ ']'] | join('|')) }} then case
  when {{ matches(text, alone([mobile(), glued_numbers()] | join('|')) ~ '|' ~ mobile_by_name()) }} then {{ fault('personal_data', field, 'mobile') }}
  when {{ matches(text, alone(landline()) ~ '|' ~ landline_by_name()) }} then {{ fault('personal_data', field, 'landline') }}
  when {{ matches(text, address()) }} then {{ fault('personal_data', field, 'email') }}
  when {{ long }} and {{ list_any(runs, 'run', is_identity_number('run', text)) }} then {{ fault('personal_data', field, 'id_number') }}
  when {{ long }} and {{ list_any(runs, 'run', is_bank_card('run')) }} then {{ fault('personal_data', field, 'bank_card') }}
end end
{%- endmacro -%}

{# Digits of other scripts than ASCII, and signs that do not show, for use inside [ ]. #}
{%- macro other_digits() -%}０-９٠-٩۰-۹०-९𝟎-𝟿{%- endmacro -%}
{%- macro unseen() -%}\x{ad}\x{200b}-\x{200f}\x{2060}\x{feff}{%- endmacro -%}

{# The text with ASCII digits, hyphens and blanks for all that stand for them, and without signs that do not show. #}
{%- macro plain_digits(text) -%}
{#- Eight zeros, eight ones, … -#}
{%- set foreign = '٠۰०𝟎𝟘𝟢𝟬𝟶١۱१𝟏𝟙𝟣𝟭𝟷٢۲२𝟐𝟚𝟤𝟮𝟸٣۳३𝟑𝟛𝟥𝟯𝟹٤۴४𝟒𝟜𝟦𝟰𝟺٥۵५𝟓𝟝𝟧𝟱𝟻٦۶६𝟔𝟞𝟨𝟲𝟼٧۷७𝟕𝟟𝟩𝟳𝟽٨۸८𝟖𝟠𝟪𝟴𝟾٩۹९𝟗𝟡𝟫𝟵𝟿' -%}
{%- set digits = namespace(text='') -%}
{%- for digit in '0123456789' -%}{%- set digits.text = digits.text ~ digit * 8 -%}{%- endfor -%}
{%- set dashes, blanks = '‐‑‒–—―−﹣', '\u00a0\u202f\u3000' -%}
translate({{ replaced(halfwidth(text), '[' ~ unseen() ~ ']+', '') }}, {{ sql_text(foreign ~ dashes ~ blanks) }}, {{ sql_text(digits.text ~ '-' * dashes | length ~ ' ' * blanks | length) }})
{%- endmacro -%}

{# Not inside a longer run of letters and digits, not behind a decimal point (but behind 1., the number of an item), and no amount. #}
{%- macro alone(pattern) -%}(?:^|[^0-9A-Za-z.]|(?:^|[^0-9])(?:[1-9][0-9]?)?[.])(?:{{ pattern }})(?:[^0-9A-Za-z.]|[.](?:[^0-9]|[0-9]{3}|$)|$){%- endmacro -%}

{%- macro mobile() -%}(?:(?:[+]|00)?86[- ]{0,2})?1[3-9][0-9][-. ]{0,2}[0-9]{4}[-. ]{0,2}[0-9]{4}{%- endmacro -%}
{%- macro mobile_by_name() -%}{{ telephone_word() }}{{ telephone_colon() }}1[3-9][0-9]{9}(?:[^0-9A-Za-z]|$){%- endmacro -%}

{#
  Two mobile numbers glued together, with or without a landline before or behind, as a real notice printed them; or a
  mobile number and a landline with its area code.
#}
{%- macro glued_numbers() -%}
{%- set mobile, landline = '1[3-9][0-9]{9}', area_code() ~ '[2-8][0-9]{6,7}' -%}
(?:[0-9]{7,12})?{{ mobile }}{{ mobile }}(?:[0-9]{7,12})?|{{ landline }}{{ mobile }}|{{ mobile }}{{ landline }}
{%- endmacro -%}

{# An area code, parted from the number; undivided only for the area codes of Shandong. #}
{%- macro landline() -%}
{%- set abroad = '(?:[+]|00)86[- ]{0,2}[(]?0?[)]?(?:10|2[0-9]|[3-9][0-9]{2})[)]?[- ]{0,2}' -%}
[(]?{{ area_code() }}[)]? ?[- ]{1,2} ?{{ local_number() }}|[(]{{ area_code() }}[)] ?{{ local_number() }}|{{ abroad }}{{ local_number() }}|0(?:53[0-9]|543|546|63[1-5])[2-8][0-9]{6,7}
{%- endmacro -%}
{%- macro area_code() -%}0(?:10|2[0-9]|[3-9][0-9]{2}){%- endmacro -%}
{# Seven or eight digits, parted or not; 2024-0305 is the number of a document. #}
{%- macro local_number() -%}(?:[2-9][0-9]{6,7}|[2-9][0-9]{2,3} [0-9]{4}|(?:[2-9][0-9]{2}|[3-9][0-9]{3}|2[1-9][0-9]{2}|20[5-9][0-9])-[0-9]{4}){%- endmacro -%}

{# Digits that the text itself calls a telephone number, and not so many telephones. #}
{%- macro landline_by_name() -%}
{%- set counted = '部台套件个只万亿元' -%}
{{ telephone_word() }}{{ telephone_colon() }}(?:[2-9][0-9]{2,3}[- ]?[0-9]{4}|0[0-9]{9,11})(?:[^0-9A-Za-z {{ counted }}]| [^{{ counted }}]| $|$)
{%- endmacro -%}
{%- macro telephone_word() -%}(?:电话|座机|传真|联系方式|[Tt][Ee][Ll]|[Pp][Hh][Oo][Nn][Ee]|[Ff][Aa][Xx]){%- endmacro -%}
{%- macro telephone_colon() -%}(?:号码|号)?[.]?[ :：为是(（-]{0,3}{%- endmacro -%}

{%- macro address() -%}[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+[.])+[A-Za-z]{2,}{%- endmacro -%}

{#
  The runs of letters and digits of a text, between blanks: as they stand, and once more with the groups of digits joined
  that a blank or a hyphen parts. What follows a decimal point is none.
#}
{%- macro runs_of_digits(text) -%}
{%- set whole = replaced(text, '([0-9])[.][0-9]+', '\\1 ') -%}
{{ replaced(whole ~ " || ' ' || " ~ replaced(whole, '([0-9])[- ]([0-9])', '\\1\\2'), '[^0-9A-Za-z]+', ' ') }}
{%- endmacro -%}

{#
  GB 11643-1999: six digits of a division, eight of a day of birth, three in sequence, a check character. The code of an
  institution (GB 32100-2015), whose own check character is right, may pass for one; the text says which it is.
#}
{%- macro identity_shape() -%}{{ province() }}[0-9]{4}(?:18|19|20)[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9]))[0-9]{3}[0-9Xx]{%- endmacro -%}
{%- macro province() -%}(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]){%- endmacro -%}
{%- macro is_identity_number(run, text) -%}
{%- set weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] -%}
{{ is_wholly(run, identity_shape()) }} and substr('10X98765432', (
{%- for weight in weights -%}
{{ ' + ' if not loop.first }}{{ weight }} * {{ digit_at(run, loop.index) }}
{%- endfor -%}
) % 11 + 1, 1) = upper(substr({{ run }}, 18, 1)) and (
  {{ matches(text, '身份证') }} or not {{ is_wholly(run, institution_shape()) }} or {{ uscc_check_fails(run) }}
)
{%- endmacro -%}
{%- macro institution_shape() -%}(?:1[1239]|2[19]|3[1-59]|4[19]|5[1239]|6[129]|7[129]|8[19])(?:10|{{ province() }})[0-9]{14}{%- endmacro -%}

{#
  ISO/IEC 7812: an issuer's prefix (UnionPay, Visa, Mastercard, JCB, Discover, older ones of Chinese banks), 16 to 19 digits,
  check digit after Luhn. A division and a year begin the number of a permit.
#}
{%- macro card_shape() -%}62[0-9]{14,17}|4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|(?:9558|6013)[0-9]{15}{%- endmacro -%}
{%- macro is_bank_card(run) -%}
{{ is_wholly(run, card_shape()) }} and not ({{ matches(run, '^' ~ province() ~ '[0-9]{4}(?:19|20)[0-9]{2}') }} and {{ run }} not like '62%') and (
{%- for place in range(1, 20) -%}
{%- set digit = digit_at('reverse(' ~ run ~ ')', place) -%}
{{ ' + ' if not loop.first }}{{ digit if place is odd else '(' ~ digit ~ ' * 2 - case when ' ~ digit ~ ' > 4 then 9 else 0 end)' }}
{%- endfor -%}
) % 10 = 0
{%- endmacro -%}

{# 0 past the end of a shorter number. #}
{%- macro digit_at(number, place) -%}coalesce(try_cast(substr({{ number }}, {{ place }}, 1) as integer), 0){%- endmacro -%}
