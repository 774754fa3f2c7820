{# The registry of issues as rows: schemas/shared/issues.yaml says it, `issue_types()` returns it. #}
{%- macro issue_rows() -%}
{%- for issue in issue_types() %}
select
    {{ sql_text(issue.code) }} as code,
    {{ sql_text(issue.scope) }} as found_at,
    {{ sql_text(issue.severity) }} as severity,
    {{ sql_text(issue.mender) }} as mender,
    {{ sql_text(issue.dimension) }} as dimension,
    {{ sql_text(issue.message) }} as message,
    {{ sql_text(issue.message_en) }} as message_en,
    {{ sql_text(issue.advice) }} as advice,
    {{ sql_text(issue.advice_en) }} as advice_en
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro -%}
