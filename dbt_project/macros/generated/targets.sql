{# Derived from schemas/ by orchestration/contracts/derived_files.py: do not edit. #}
{# First and last day of the plan, and the tolerance for 左右. #}
{%- macro plan_period() -%}
{{ return({
  'from': '2023-01-01',
  'to': '2025-12-31',
  'tolerance': 0.1,
}) }}
{%- endmacro -%}

{# The targets whose dataset this installation has. #}
{%- macro targets() -%}
{{ return([
  {'id': 'K01', 'clause': '总', 'wording': '征集发布2000项以上中小企业新技术新产品', 'indicator': '征集发布中小企业新技术新产品', 'indicator_en': 'New technologies and products of small and medium-sized enterprises gathered and published', 'number': 2000, 'unit': '项', 'unit_en': 'items', 'comparison': 'at_least', 'period': 'plan', 'dataset': 'new_products', 'counts': 'count(*)', 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K17', 'clause': '七', 'wording': '到2025年发布场景供需项目1万个以上', 'indicator': '发布场景供需项目', 'indicator_en': 'Scene supply and demand items published', 'number': 10000, 'unit': '个', 'unit_en': 'items', 'comparison': 'at_least', 'period': 'plan', 'dataset': 'scene_items', 'counts': 'count(*)', 'in_year': 'year(published_on)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'M1', 'clause': '十', 'wording': '形成一批创新能力突出、典型示范性强、应用成效明显、经济效益显著的数据驱动型数字经济“晨星工厂”', 'indicator': '晨星工厂', 'indicator_en': 'Morning Star factories', 'number': None, 'unit': '家', 'unit_en': 'factories', 'comparison': 'none', 'text': None, 'period': 'plan', 'dataset': 'morning_star_factories', 'counts': 'count(*)', 'in_year': 'recognised_year', 'valid_from': '2023-01-01', 'valid_to': None},
]) }}
{%- endmacro -%}
