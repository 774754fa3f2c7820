{#
  Staging: the rows of all submissions of a dataset, each value cleaned and typed under its own name, and beside them
  what is wrong. One pass over the raw tables, without a sort and without a join but to small tables.
#}

{# Where a row comes from; the first four say who sent it, the others where a spreadsheet shows it. #}
{%- macro place() -%}
{{ return(['submission', 'round', 'submitter', 'file', 'table_no', 'sheet', 'row_no']) }}
{%- endmacro -%}

{#
  place, ignored, replaced, id, one column per field, faults, cells.
  `cells` holds the raw text of all fields, in their order, for a row with faults; for others it is null, so that raw text
  is carried no further than it is needed. A row that is ignored holds nothing but its place and the reason; neither does
  one of a submission that a corrected one replaces: it is not judged any more.
#}
{%- macro stage(dataset) -%}
{%- set raw, submissions, labels = raw_rows(dataset), source('intake', 'submissions'), ref('code_labels') -%}
{%- if execute -%}
{%- set contract = contract_of(dataset) -%}
{%- set fields = contract.fields -%}
with submissions as (
    select submission, round, submitter, file, city, replaced_by is not null as replaced
    from {{ submissions }}
    where dataset = '{{ dataset }}' and status = 'read'
),

rows_of_data as (
    select
        {{ raw_place() }},
        submissions.city as submitter_city
{%- for field in fields.values() %},
        raw_rows.{{ field.name }} as {{ field.name }}__cell
{%- if field.kind == 'money' %},
        raw_rows.{{ field.name }}__unit
{%- endif -%}
{%- endfor %}
    from {{ raw }} as raw_rows
    inner join submissions on raw_rows._file = submissions.file
    where raw_rows._ignored is null and not submissions.replaced
),

rows_set_aside as (
    select
        {{ raw_place() }}
    from {{ raw }} as raw_rows
    inner join submissions on raw_rows._file = submissions.file
    where raw_rows._ignored is not null or submissions.replaced
),

tidied as (
    select
        *
{%- for field in fields.values() %},
        {{ tidy(field.kind, field.name ~ '__cell') }} as {{ field.name }}__text
{%- endfor %}
    from rows_of_data
),

labels as (
    select * from {{ labels }}
),

looked_up as (
    select
        tidied.*{{ code_columns(fields) }}
    from tidied
    {{- code_joins(fields) }}
),

cleaned as (
    select
        *
{%- for field in fields.values() if field.kind != 'code' %},
        {{ context['clean_' ~ field.kind](field.name ~ '__text', field) }} as {{ field.name }}
{%- endfor %}
    from looked_up
),

faulted as (
    select
        *,
        concat_ws(chr(31)
{%- for field in fields.values() -%}
{%- for fault in faults_of(field) if fault != 'null' %},
            {{ fault }}
{%- endfor -%}
{%- endfor -%}
{%- for rule in contract.rules %},
            {{ rule_fault(rule) }}
{%- endfor %}
        ) as faults_joined
    from cleaned
)

select
    {{ place() | join(', ') }},
    ignored,
    replaced,
    {{ row_id(contract) }} as id,
    {{ fields.keys() | join(', ') }},
    case when faults_joined = '' then {{ list_of([]) }} else {{ split_on('faults_joined', 'chr(31)') }} end as faults,
    case when faults_joined <> '' then {{ list_of(cells_of(fields)) }} end as cells
from faulted
union all
select
    {{ place() | join(', ') }},
    ignored,
    replaced,
    null,
    {{ (['null'] * fields | length) | join(', ') }},
    {{ list_of([]) }},
    null
from rows_set_aside
{%- endif -%}
{%- endmacro -%}

{# `place`, why a row is ignored, and whether its submission is replaced. #}
{%- macro raw_place() -%}
submissions.submission, submissions.round, submissions.submitter, submissions.file,
        raw_rows._table as table_no,
        raw_rows._sheet as sheet,
        raw_rows._first_row + raw_rows.row_index as row_no,
        raw_rows._ignored as ignored,
        submissions.replaced
{%- endmacro -%}

{#
  What makes two rows the same thing: the first 16 hexadecimal digits of the SHA-256 of the key's values, joined by the
  unit separator (U+001F), which no form holds. Null where a part of the key is missing.
#}
{%- macro row_id(contract) -%}
{%- set parts = [] -%}
{%- for name in contract.key -%}
{%- do parts.append('cast(' ~ name ~ ' as ' ~ text_type() ~ ')') -%}
{%- endfor -%}
left({{ sha256_hex(parts | join(' || chr(31) || ')) }}, 16)
{%- endmacro -%}

{%- macro cells_of(fields) -%}
{%- set cells = [] -%}
{%- for name in fields -%}
{%- do cells.append(name ~ '__cell') -%}
{%- endfor -%}
{{ return(cells) }}
{%- endmacro -%}
