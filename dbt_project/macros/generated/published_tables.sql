{# Derived from schemas/ by orchestration/contracts/derived_files.py: do not edit. #}
{# The columns of every published table, by dataset. #}
{%- macro published_tables() -%}
{{ return({
  'cloud_voucher_products': ['id', 'voucher_product_name', 'org_name', 'uscc', 'city_code', 'county_code', 'kind', 'price', 'price_unit', 'description', 'published_on', 'valid_until', 'document_number', 'round'],
  'cooperations': ['id', 'subject', 'org_name', 'uscc', 'city_code', 'county_code', 'chain', 'need_name', 'supply_party', 'result_name', 'cooperation_modes', 'signed_on', 'event_name', 'round'],
  'data_enterprises': ['id', 'org_name', 'uscc', 'city_code', 'county_code', 'industry_code', 'chain', 'tiers', 'completed_on', 'data_product', 'effects', 'round'],
  'data_products': ['id', 'data_product_name', 'kind', 'org_name', 'uscc', 'city_code', 'county_code', 'field', 'chain', 'description', 'applications', 'tiers', 'recognised_year', 'document_number', 'round'],
  'fusion_demonstrations': ['id', 'org_name', 'uscc', 'city_code', 'county_code', 'recognised_year', 'theme', 'demonstration_name', 'industry_code', 'chain', 'tiers', 'effects', 'document_number', 'round'],
  'industrial_internet_scenes': ['id', 'typical_scene_name', 'org_name', 'uscc', 'city_code', 'county_code', 'provider', 'process_steps', 'platform', 'industry_code', 'chain', 'description', 'effects', 'recognised_year', 'document_number', 'round'],
  'industry_brains': ['id', 'brain_name', 'city_code', 'county_code', 'industry_code', 'chain', 'organising_unit', 'undertaking_unit', 'undertaking_uscc', 'joint_units', 'pilot_from', 'acceptance_status', 'examined_on', 'document_number', 'round'],
  'innovation_centers': ['id', 'center_name', 'field', 'chain', 'lead_unit', 'lead_uscc', 'joint_builders', 'city_code', 'county_code', 'stage', 'recognised_on', 'document_number', 'round'],
  'innovation_needs': ['id', 'need_name', 'kind', 'org_name', 'uscc', 'city_code', 'county_code', 'chain', 'industry_code', 'field', 'description', 'budget', 'amount_consent', 'cooperation_modes', 'deadline', 'tiers', 'round'],
  'ip_needs': ['id', 'org_name', 'uscc', 'city_code', 'county_code', 'year', 'need_kind', 'patent_kind', 'quantity', 'description', 'chain', 'tiers', 'round'],
  'ip_progress': ['id', 'city_code', 'month', 'filed', 'granted', 'financing', 'round'],
  'key_technologies': ['id', 'technology_name', 'kind', 'chain', 'field', 'lead_unit', 'lead_uscc', 'joint_units', 'city_code', 'description', 'status', 'solved_on', 'round'],
  'matching_events': ['id', 'event_name', 'kind', 'grade', 'chain', 'held_on', 'city_code', 'venue', 'host', 'participants', 'signings', 'round'],
  'morning_star_factories': ['id', 'factory_name', 'org_name', 'uscc', 'city_code', 'county_code', 'industry_code', 'recognised_year', 'connected_devices', 'connection_rate', 'data_volume', 'valid_until', 'round'],
  'new_products': ['id', 'product_name', 'kind', 'org_name', 'uscc', 'city_code', 'county_code', 'chain', 'field', 'level', 'ip_types', 'patent_numbers', 'specifications', 'applications', 'tiers', 'round'],
  'research_results': ['id', 'result_name', 'institution', 'institution_code', 'city_code', 'field', 'chain', 'origin', 'stage', 'level', 'transfer_modes', 'keywords', 'description', 'patent_numbers', 'completed_on', 'round'],
  'robot_enterprises': ['id', 'org_name', 'uscc', 'city_code', 'county_code', 'kind', 'segment', 'robot_applications', 'main_products', 'industry_code', 'chain', 'tiers', 'recognised_year', 'document_number', 'round'],
  'scene_items': ['id', 'side', 'scene_name', 'org_name', 'uscc', 'city_code', 'county_code', 'field', 'chain', 'description', 'investment', 'published_on', 'valid_until', 'matching_status', 'round'],
  'shared_facilities': ['id', 'facility_name', 'kind', 'owner_unit', 'city_code', 'county_code', 'chain', 'specifications', 'description', 'access_mode', 'fee', 'price_unit', 'round'],
  'smart_factories': ['id', 'workshop_name', 'org_name', 'uscc', 'city_code', 'county_code', 'kind', 'grade', 'maturity', 'industry_code', 'chain', 'recognised_year', 'document_number', 'round'],
  'vr_centers': ['id', 'experience_center_name', 'org_name', 'uscc', 'city_code', 'county_code', 'kind', 'application_field', 'subsidy', 'completed_on', 'recognised_year', 'document_number', 'round'],
  'vr_solutions': ['id', 'solution_name', 'org_name', 'uscc', 'city_code', 'county_code', 'application_field', 'description', 'applications', 'tiers', 'recognised_year', 'document_number', 'round'],
}) }}
{%- endmacro -%}

{# The columns of names, each with that of the unified social credit code. #}
{%- macro published_holders() -%}
{{ return({
  'cloud_voucher_products': [['org_name', 'uscc']],
  'cooperations': [['org_name', 'uscc']],
  'data_enterprises': [['org_name', 'uscc']],
  'data_products': [['org_name', 'uscc']],
  'fusion_demonstrations': [['org_name', 'uscc']],
  'industrial_internet_scenes': [['org_name', 'uscc']],
  'industry_brains': [['undertaking_unit', 'undertaking_uscc']],
  'innovation_centers': [['lead_unit', 'lead_uscc']],
  'innovation_needs': [['org_name', 'uscc']],
  'ip_needs': [['org_name', 'uscc']],
  'ip_progress': [],
  'key_technologies': [['lead_unit', 'lead_uscc']],
  'matching_events': [],
  'morning_star_factories': [['org_name', 'uscc']],
  'new_products': [['org_name', 'uscc']],
  'research_results': [],
  'robot_enterprises': [['org_name', 'uscc']],
  'scene_items': [['org_name', 'uscc']],
  'shared_facilities': [],
  'smart_factories': [['org_name', 'uscc']],
  'vr_centers': [['org_name', 'uscc']],
  'vr_solutions': [['org_name', 'uscc']],
}) }}
{%- endmacro -%}
