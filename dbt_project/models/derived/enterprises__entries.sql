-- Every published row that names an enterprise.
{{ config(materialized='ephemeral') }}
{{ enterprise_entries() }}
