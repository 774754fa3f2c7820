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
  {'id': 'K14', 'clause': '六', 'wording': '打造40家以上机器人领域单项冠军和专精特新企业', 'indicator': '机器人领域单项冠军和专精特新企业', 'indicator_en': 'Single champions and specialised and innovative enterprises in robotics', 'number': 40, 'unit': '家', 'unit_en': 'enterprises', 'comparison': 'at_least', 'period': 'plan', 'dataset': 'robot_enterprises', 'counts': 'count(*)', 'where': "kind in ('单项冠军', '专精特新')", 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K15', 'clause': '六', 'wording': '每年新增100家以上智能工厂(数字化车间、智能制造场景)', 'indicator': '新增智能工厂（数字化车间、智能制造场景）', 'indicator_en': 'New smart factories, digital workshops and smart manufacturing scenes', 'number': 100, 'unit': '家', 'unit_en': 'factories', 'comparison': 'at_least', 'period': 'year', 'dataset': 'smart_factories', 'counts': 'count(*)', 'in_year': 'recognised_year', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K17', 'clause': '七', 'wording': '到2025年发布场景供需项目1万个以上', 'indicator': '发布场景供需项目', 'indicator_en': 'Scene supply and demand items published', 'number': 10000, 'unit': '个', 'unit_en': 'items', 'comparison': 'at_least', 'period': 'plan', 'dataset': 'scene_items', 'counts': 'count(*)', 'in_year': 'year(published_on)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K19', 'clause': '八', 'wording': '每年新培育100个以上新一代信息技术与制造业融合发展示范企业', 'indicator': '新培育新一代信息技术与制造业融合发展示范企业', 'indicator_en': 'New demonstration enterprises that join information technology and manufacturing', 'number': 100, 'unit': '个', 'unit_en': 'enterprises', 'comparison': 'at_least', 'period': 'year', 'dataset': 'fusion_demonstrations', 'counts': 'count(*)', 'in_year': 'recognised_year', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K20', 'clause': '八', 'wording': '共同打造100个以上技术先进、模式创新、成效显著、易复制推广的“工赋山东”典型场景', 'indicator': '“工赋山东”典型场景', 'indicator_en': 'Exemplary scenes of the industrial internet in Shandong', 'number': 100, 'unit': '个', 'unit_en': 'scenes', 'comparison': 'at_least', 'period': 'plan', 'dataset': 'industrial_internet_scenes', 'counts': 'count(*)', 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'R1', 'clause': '九', 'wording': '遴选一批应用体验中心,对其建设费用的20%,给予一次性最高300万元资金补助', 'indicator': '虚拟现实应用体验中心补助', 'indicator_en': 'Subsidised experience centres of virtual reality', 'number': None, 'unit': '家', 'unit_en': 'centres', 'comparison': 'rule', 'text': '建设费用的20%，最高300万元', 'period': 'plan', 'dataset': 'vr_centers', 'counts': 'count(*)', 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K21', 'clause': '十', 'wording': '推动10000家左右的优质中小企业实施数据赋能专项行动', 'indicator': '实施数据赋能的优质中小企业', 'indicator_en': 'Small and medium-sized enterprises that put their data to work', 'number': 10000, 'unit': '家', 'unit_en': 'enterprises', 'comparison': 'about', 'period': 'plan', 'dataset': 'data_enterprises', 'counts': 'count(*)', 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'M1', 'clause': '十', 'wording': '形成一批创新能力突出、典型示范性强、应用成效明显、经济效益显著的数据驱动型数字经济“晨星工厂”', 'indicator': '晨星工厂', 'indicator_en': 'Morning Star factories', 'number': None, 'unit': '家', 'unit_en': 'factories', 'comparison': 'none', 'text': None, 'period': 'plan', 'dataset': 'morning_star_factories', 'counts': 'count(*)', 'in_year': 'recognised_year', 'valid_from': '2023-01-01', 'valid_to': None},
  {'id': 'K22', 'clause': '十', 'wording': '2025年底前,建设50个左右具备“大算力、大数据、大模型”支撑能力的“产业大脑”', 'indicator': '产业大脑', 'indicator_en': 'Industry brains', 'number': 50, 'unit': '个', 'unit_en': 'brains', 'comparison': 'about', 'period': 'plan', 'dataset': 'industry_brains', 'counts': 'count(*)', 'where': "acceptance_status is null or acceptance_status <> '验收未通过'", 'in_year': 'cast(left(round, 4) as integer)', 'valid_from': '2023-01-01', 'valid_to': None},
]) }}
{%- endmacro -%}
