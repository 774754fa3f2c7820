-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ stage('morning_star_factories') }}
