{#
  Amounts of money, in the unit of the contract. The unit that the cell gives comes first, then that of the heading
  (<field>__unit), then that of the contract.
#}

{# Units and what each is in yuan; the longer ones first, so that 万元 is not read as 元. #}
{%- macro money_units() -%}
{{ return([('亿元', 100000000), ('百万元', 1000000), ('万元', 10000), ('千元', 1000), ('元', 1), ('亿', 100000000), ('万', 10000)]) }}
{%- endmacro -%}

{# Rounded to 6 decimals: a cent is 0.000001 of 万元. #}
{%- macro clean_money(text, field) -%}
{%- set in_yuan = dict(money_units())[field.unit] -%}
{%- set currency = '^(?:人民币|[¥￥])' -%}
{%- set bare = replaced(text, currency ~ '|(?:' ~ money_units() | map('first') | join('|') ~ ')$', '') -%}
round(
  case when {{ is_wholly(text, plain_number()) }} then try_cast({{ text }} as double) else {{ read_number(bare) }} end
  * case
{%- for unit, yuan in money_units() %}
    when {{ text }} like '%{{ unit }}' then {{ yuan }}
{%- endfor %}
    else case {{ field.name }}__unit {%- for unit, yuan in money_units() %} when '{{ unit }}' then {{ yuan }}{% endfor %} else {{ in_yuan }} end
  end / {{ in_yuan }}, 6
)
{%- endmacro -%}
{%- macro faults_money(text, value, field) -%}
{{ faults_number(text, value, field) }}
{%- endmacro -%}
