-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ config(materialized='view') }}
{{ judge('cloud_voucher_products') }}
