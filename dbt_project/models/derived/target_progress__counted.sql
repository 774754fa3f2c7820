-- What each target counts, by period, over the province and by city and chain.
{{ config(materialized='ephemeral') }}
{{ target_numbers() }}
