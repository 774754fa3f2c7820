-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ superseded('morning_star_factories') }}
