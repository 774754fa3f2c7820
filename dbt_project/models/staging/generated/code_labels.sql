-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ code_labels(lists=['chains', 'cities', 'counties', 'industries', 'institutions'], nested=['counties']) }}
