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
  one of a submission that a corrected one replaces: it is not judged any more. `refers_to` names the datasets that the
  contract refers to, for dbt must know of them before it reads the contract.
#}
{%- macro stage(dataset, refers_to=[]) -%}
{%- set raw, submissions, labels = raw_rows(dataset), source('intake', 'submissions'), ref('code_labels') -%}
{%- set referred = {} -%}
{%- for other in refers_to -%}
{%- do referred.update({other: ref(other)}) -%}
{%- endfor -%}
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
        cleaned.*,
        concat_ws(chr(31)
{%- for field in fields.values() -%}
{%- for fault in faults_of(field) if fault != 'null' %},
            {{ fault }}
{%- endfor -%}
{%- endfor -%}
{%- for rule in contract.rules %},
            {{ rule_fault(rule) }}
{%- endfor %}
{%- for reference in contract.references %},
            {{ reference_fault(reference, loop.index) }}
{%- endfor %}
        ) as faults_joined
    from cleaned
    {{- reference_joins(contract.references, referred) }}
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

{# The rows of other datasets that references may mean, each once; what none of them answers is at fault. #}
{%- macro reference_joins(references, referred) -%}
{%- for reference in references %}
    left join (
        select distinct {% for field in reference.their_fields %}{{ field }} as their_{{ loop.index }}, {% endfor %}true as answers
        from {{ referred[reference.dataset] }}
    ) as reference_{{ loop.index }}
{%- set number = loop.index -%}
{%- for field in reference.fields %}
        {{ 'on' if loop.first else 'and' }} cleaned.{{ field }} = reference_{{ number }}.their_{{ loop.index }}
{%- endfor -%}
{%- endfor -%}
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
