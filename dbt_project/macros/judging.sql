{#
  Judging: what becomes of each row, and what is reported of it. Each model of a dataset is one of these macros:
  superseded, judge, issues, quarantine, accounts.
#}

{# Whether any fault is an error; the severities are those of the registry of issues. #}
{%- macro is_held_back(faults) -%}
{{ matches(list_as_text(faults, 'chr(31)'), '(?:^|\\x{1f})(?:' ~ error_codes() | join('|') ~ ')(?:@|\\x{1f}|$)') }}
{%- endmacro -%}

{#
  The rows that a later one replaces. Among the valid rows of one key the last wins: latest round, then submitter,
  submission, table and row. `repeated` is whether the later one stands in the same submission.
  Only keys that occur twice are ranked, and only their places: the wide rows are not touched.
#}
{%- macro superseded(dataset) -%}
{%- set staged = ref('stg_' ~ dataset) -%}
with valid as (
    select id, round, submitter, submission, table_no, row_no
    from {{ staged }}
    where ignored is null and not replaced and not {{ is_held_back('faults') }}
),

several as (
    select id from valid group by id having count(*) > 1
),

ranked as (
    select
        valid.submission, valid.table_no, valid.row_no,
        row_number() over (
            partition by valid.id
            order by valid.round desc, valid.submitter desc, valid.submission desc, valid.table_no desc, valid.row_no desc
        ) as rank_of_all,
        row_number() over (
            partition by valid.id, valid.submission order by valid.table_no desc, valid.row_no desc
        ) as rank_in_submission
    from valid
    inner join several on valid.id = several.id
)

select submission, table_no, row_no, rank_in_submission > 1 as repeated
from ranked
where rank_of_all > 1
order by submission, table_no, row_no
{%- endmacro -%}

{#
  The staged rows, each with its `outcome`: ignored, quarantined, superseded or published. Superseded is a row that a later
  one replaces, and every row of a submission that a corrected one replaces.
#}
{%- macro judge(dataset) -%}
{%- set staged, superseded = ref('stg_' ~ dataset), ref(dataset ~ '__superseded') -%}
{%- if execute -%}
{%- set contract = contract_of(dataset) -%}
select
{%- for column in place() + ['ignored', 'id'] + contract.fields.keys() | list %}
    staged.{{ column }},
{%- endfor %}
    case
        when superseded.repeated then {{ list_with('staged.faults', "'repeated_in_submission'") }}
        else staged.faults
    end as faults,
    staged.cells,
    case
        when staged.ignored is not null then 'ignored'
        when {{ is_held_back('staged.faults') }} then 'quarantined'
        when staged.replaced or superseded.submission is not null then 'superseded'
        else 'published'
    end as outcome
from {{ staged }} as staged
left join {{ superseded }} as superseded
    on staged.submission = superseded.submission
    and staged.table_no = superseded.table_no
    and staged.row_no = superseded.row_no
{%- endif -%}
{%- endmacro -%}

{# One row per fault, in the order of the forms, with the cell and the text that it holds. #}
{%- macro issues(dataset) -%}
{%- set judged, columns = ref(dataset ~ '__judged'), source('intake', 'columns') -%}
{%- if execute -%}
{%- set fields = contract_of(dataset).fields -%}
with faulty as (
    select {{ place() | join(', ') }}, cells, faults, {{ each_of('faults') }} as fault
    from {{ judged }}
    where {{ list_length('faults') }} > 0
),

parted as (
    select
        {{ place() | join(', ') }}, cells,
        {{ list_place('faults', 'fault') }} as place_in_row,
        split_part(fault, '@', 1) as code,
        nullif(split_part(fault, '@', 2), '') as field,
        nullif(split_part(fault, '@', 3), '') as detail
    from faulty
),

read_columns as (
    select file, {{ adapter.quote('table') }} as table_no, field, heading, letter
    from {{ columns }}
    where dataset = '{{ dataset }}'
)

select
    '{{ dataset }}' as dataset,
    parted.round, parted.submitter, parted.submission, parted.file, parted.sheet, parted.row_no,
    read_columns.letter || cast(parted.row_no as {{ text_type() }}) as cell,
    parted.field,
    coalesce(read_columns.heading, case parted.field
{%- for field in fields.values() %}
        when '{{ field.name }}' then {{ sql_text(field.heading) }}
{%- endfor %}
    end) as heading,
    parted.code,
    case when parted.code in ({% for code in error_codes() %}{{ sql_text(code) }}{{ ', ' if not loop.last }}{% endfor %}) then 'error' else 'warning' end as severity,
    {{ list_item('parted.cells', field_place('parted.field', fields)) }} as value,
    parted.detail
from parted
left join read_columns
    on parted.file = read_columns.file and parted.table_no = read_columns.table_no and parted.field = read_columns.field
order by parted.submission, parted.table_no, parted.row_no, parted.place_in_row
{%- endif -%}
{%- endmacro -%}

{%- macro field_place(field, fields) -%}
case {{ field }}{% for name in fields %} when '{{ name }}' then {{ loop.index }}{% endfor %} end
{%- endmacro -%}

{# The rows held back, whole: their place, their faults and the text of every field as the form holds it. #}
{%- macro quarantine(dataset) -%}
{%- set judged = ref(dataset ~ '__judged') -%}
{%- if execute %}
select
    {{ place() | join(', ') }},
    faults
{%- for name in contract_of(dataset).fields %},
    {{ list_item('cells', loop.index) }} as {{ name }}
{%- endfor %}
from {{ judged }}
where outcome = 'quarantined'
order by submission, table_no, row_no
{%- endif -%}
{%- endmacro -%}

{# What became of the rows of each submission that was read; all zeros where it held none. #}
{%- macro accounts(dataset) -%}
with submissions as (
    select submission, round, submitter, file
    from {{ source('intake', 'submissions') }}
    where dataset = '{{ dataset }}' and status = 'read'
),

outcomes as (
    select
        submission
{%- for outcome in ['published', 'superseded', 'quarantined', 'ignored'] %},
        sum(case when outcome = '{{ outcome }}' then 1 else 0 end) as {{ outcome }}
{%- endfor %}
{%- for reason in ignored_reasons() %},
        sum(case when ignored = '{{ reason }}' then 1 else 0 end) as ignored_{{ reason }}
{%- endfor %}
    from {{ ref(dataset ~ '__judged') }}
    group by submission
)

select
    '{{ dataset }}' as dataset,
    submissions.submission, submissions.round, submissions.submitter, submissions.file
{%- for column in ['published', 'superseded', 'quarantined', 'ignored'] %},
    cast(coalesce(outcomes.{{ column }}, 0) as bigint) as {{ column }}
{%- endfor %}
{%- for reason in ignored_reasons() %},
    cast(coalesce(outcomes.ignored_{{ reason }}, 0) as bigint) as ignored_{{ reason }}
{%- endfor %}
from submissions
left join outcomes on submissions.submission = outcomes.submission
order by submissions.submission
{%- endmacro -%}

{# Why a reader sets a row aside (docs/architecture.md, a raw table). #}
{%- macro ignored_reasons() -%}
{{ return(['blank', 'section', 'total', 'note', 'header']) }}
{%- endmacro -%}
