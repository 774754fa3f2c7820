-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ accounts('ip_progress') }}
