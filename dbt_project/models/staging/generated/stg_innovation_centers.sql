-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ stage('innovation_centers') }}
