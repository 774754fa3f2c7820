{# Derived from schemas/ by orchestration/contracts/derived_files.py: do not edit. #}
{# The columns of every published table, by dataset. #}
{%- macro published_tables() -%}
{{ return({
  'morning_star_factories': ['id', 'factory_name', 'org_name', 'uscc', 'city_code', 'county_code', 'industry_code', 'recognised_year', 'connected_devices', 'connection_rate', 'data_volume', 'valid_until', 'round'],
  'new_products': ['id', 'product_name', 'kind', 'org_name', 'uscc', 'city_code', 'county_code', 'chain', 'field', 'level', 'ip_types', 'patent_numbers', 'specifications', 'applications', 'tiers', 'round'],
  'scene_items': ['id', 'side', 'scene_name', 'org_name', 'uscc', 'city_code', 'county_code', 'field', 'chain', 'description', 'investment', 'published_on', 'valid_until', 'matching_status', 'round'],
}) }}
{%- endmacro -%}
