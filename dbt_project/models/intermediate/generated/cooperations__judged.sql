-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ config(materialized='view') }}
{{ judge('cooperations') }}
