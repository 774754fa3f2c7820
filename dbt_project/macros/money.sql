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
{%- set yuan = dict(money_units()) -%}
{%- if field.unit not in yuan -%}
{%- do exceptions.raise_compiler_error('field ' ~ field.name ~ ' is of kind money; its unit must be one of ' ~ yuan.keys() | join(', ')) -%}
{%- endif -%}
{%- set currency_or_unit = '^(?:人民币|[¥￥])|(?:' ~ yuan.keys() | join('|') ~ ')$' -%}
{%- set by_heading -%}
case {{ field.name }}__unit {% for unit in yuan %}when '{{ unit }}' then {{ yuan[unit] }} {% endfor %}else {{ yuan[field.unit] }} end
{%- endset -%}
{%- set amount -%}
  case
    when {{ is_wholly(text, plain_number()) }} then try_cast({{ text }} as double) * {{ by_heading }}
    else {{ read_number(replaced(text, currency_or_unit, '')) }} * case
{%- for unit in yuan %}
      when {{ text }} like '%{{ unit }}' then {{ yuan[unit] }}
{%- endfor %}
      else {{ by_heading }}
    end
  end / {{ yuan[field.unit] }}
{%- endset -%}
{{ rounded(amount, 6) }}
{%- endmacro -%}
{%- macro faults_money(text, value, field) -%}
{{ faults_number(text, value, field) }}
{%- endmacro -%}
