-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ stage('cooperations', refers_to=['innovation_needs', 'research_results']) }}
