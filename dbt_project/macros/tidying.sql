{#
  What a cell holds once that which means nothing is taken away: the first of three steps for every kind of value.

      cell ── tidy ──▶ text ── clean_<kind> ──▶ value
                         └──── faults_<kind> ──▶ fault (reads text and value)

  A text is null where the cell is empty or holds a word such as 无 or — that only says so.
  Each macro looks first, at the price of one search, whether there is anything to do: most cells of most forms are clean.
#}

{# The characters that count as blank, for use inside [ ]: ASCII blanks, no-break and zero-width space, U+3000, BOM. #}
{%- macro blank() -%}\s\x{a0}\x{200b}\x{3000}\x{feff}{%- endmacro -%}

{# What people write to say that there is nothing to write; a cell of blanks says so too. #}
{%- macro no_value(words='无|暂无|空|none|null|n/a') -%}(?i)[{{ blank() }}]*(?:{{ words }}|[-－—–/／]+)?[{{ blank() }}]*{%- endmacro -%}

{# The text of a cell, for a field of this kind. #}
{%- macro tidy(kind, cell) -%}
{%- set own_ways = ['text', 'name', 'uscc', 'code', 'choice', 'set', 'list', 'date', 'boolean'] -%}
{%- set way = 'date' if kind in ['year', 'month'] else kind if kind in own_ways else 'word' -%}
{{ context['tidy_' ~ way](cell) }}
{%- endmacro -%}

{# Free text stays as it is, to the character, but for blanks at its ends. #}
{%- macro tidy_text(cell) -%}
case
  when {{ is_wholly(cell, no_value()) }} then null
  when {{ matches(cell, '^[' ~ blank() ~ ']') }} or {{ matches(cell, '[' ~ blank() ~ ']$') }}
    then {{ trimmed_of(cell, ' \t\n\r\u00a0\u200b\u3000\ufeff') }}
  else {{ cell }}
end
{%- endmacro -%}

{# A word, a number: half width, no blanks. #}
{%- macro tidy_word(cell) -%}
case when not {{ is_wholly(cell, no_value()) }} then {{ unspaced(cell) }} end
{%- endmacro -%}

{# As a word, but 无 answers the question that a yes-or-no column asks. #}
{%- macro tidy_boolean(cell) -%}
case when not {{ is_wholly(cell, no_value('暂无|空')) }} then {{ unspaced(cell) }} end
{%- endmacro -%}

{# Full-width letters, digits and signs as the ASCII ones that they stand for (as NFKC has it). #}
{%- macro halfwidth(text) -%}
case
  when {{ matches(text, '[\\x{ff01}-\\x{ff5e}]') }}
    then translate({{ text }}, {{ sql_text(fullwidth_signs()) }}, {{ sql_text(ascii_signs()) }})
  else {{ text }}
end
{%- endmacro -%}

{# Half width and without any blanks. #}
{%- macro unspaced(text) -%}
case
  when {{ matches(text, '[' ~ blank() ~ '\\x{ff01}-\\x{ff5e}]') }}
    then {{ replaced(halfwidth(text), '[' ~ blank() ~ ']+', '') }}
  else {{ text }}
end
{%- endmacro -%}

{# U+FF01 to U+FF5E and, at the same places, U+0021 to U+007E. #}
{%- macro fullwidth_signs() -%}
！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～
{%- endmacro -%}
{%- macro ascii_signs() -%}
!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~
{%- endmacro -%}
