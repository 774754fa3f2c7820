-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ issues('industrial_internet_scenes') }}
