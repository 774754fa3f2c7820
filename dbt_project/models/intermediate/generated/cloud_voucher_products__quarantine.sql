-- Derived from schemas/ by orchestration/contracts/dbt_files.py: do not edit.
{{ quarantine('cloud_voucher_products') }}
