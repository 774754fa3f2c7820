-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ quarantine('key_technologies') }}
