{#
  Codes from code lists. A form may give the code, the name or an alias; all are compared when folded, exactly.
  A list whose codes lie within those of another (counties in cities) is looked up within the row's own parent first.
#}

{# One word however it is set: half width, lower case, letters and digits only. Both sides of a comparison are folded by this. #}
{%- macro folded(text) -%}
{{ replaced('lower(' ~ halfwidth(text) ~ ')', '[^\\p{L}\\p{N}]+', '') }}
{%- endmacro -%}

{# The folded label of a cell; a code that was kept as a number (4111010001.0) loses its .0. #}
{%- macro tidy_code(cell) -%}
case
  when {{ is_wholly(cell, no_value()) }} then null
  else {{ folded(replaced(cell, '^([0-9]+)[.]0+$', '\\1')) }}
end
{%- endmacro -%}

{# --- the labels of all code lists, from the seeds --- #}

{#
  The lists as they stood on the day of the data: what begins later is not there yet, what ends later stands. One row per
  list, parent and label, with the present code and whether the label is only of entries that have ended.
  Rows without a parent are of the list as a whole; there `code` is null where a label (市中区) stands for several codes.
  `nested` names those lists whose entries have a parent.
#}
{%- macro code_labels(lists, nested) -%}
with ever as (
{%- for list in lists %}
    select
        '{{ list }}' as list, code, name, aliases, replaced_by, valid_from, valid_to,
        {{ 'parent' if list in nested else 'cast(null as ' ~ text_type() ~ ')' }} as parent
    from {{ ref(list) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
),

entries as (
    select
        ever.list, ever.code, ever.name, ever.aliases, ever.replaced_by, ever.parent,
        ever.valid_to is not null and coalesce(ever.valid_to < today.day, true) as retired
    from ever
    cross join {{ source('intake', 'day') }} as today
    where coalesce(ever.valid_from <= today.day, true)
),

present as (
    select
        entries.list, entries.name, entries.aliases, entries.retired, entries.code as own_code,
        case when entries.retired then successor.code else entries.code end as code,
        case when entries.retired then successor.parent else entries.parent end as parent
    from entries
    left join entries as successor
        on entries.list = successor.list and entries.replaced_by = successor.code
),

spelled as (
    select list, parent, code, retired, own_code as spelling from present
    union all
    select list, parent, code, retired, name from present
    union all
    select list, parent, code, retired, own_code || name from present
    union all
    select list, parent, code, retired, name || own_code from present
    union all
    select list, parent, code, retired, {{ each_of(split_on('aliases', "';'")) }} from present where aliases is not null
),

labelled as (
    select list, parent, code, retired, {{ folded('spelling') }} as label from spelled
),

placed as (
    select list, cast(null as {{ text_type() }}) as parent, label, code, retired from labelled
    union all
    select list, parent, label, code, retired from labelled where parent is not null
),

counted as (
    select
        list, parent, label,
        count(distinct case when not retired then code end) as standing,
        max(case when not retired then code end) as standing_code,
        count(distinct code) as codes,
        max(code) as any_code
    from placed
    group by list, parent, label
)

select
    list, parent, label,
    case when standing = 1 then standing_code when standing = 0 and codes = 1 then any_code end as code,
    standing = 0 as retired
from counted
order by list, parent nulls first, label
{%- endmacro -%}

{# --- looking up a field of kind code; `fields` are all the fields by name --- #}

{%- macro code_joins(fields) -%}
{%- for field in fields.values() if field.kind == 'code' %}
left join labels as {{ field.name }}__anywhere
    on {{ field.name }}__anywhere.list = '{{ field.codes }}' and {{ field.name }}__anywhere.parent is null
    and {{ field.name }}__anywhere.label = tidied.{{ field.name }}__text
{%- if field.within %}
left join labels as {{ field.name }}__here
    on {{ field.name }}__here.list = '{{ field.codes }}' and {{ field.name }}__here.parent = {{ found_code(fields[field.within], fields) }}
    and {{ field.name }}__here.label = tidied.{{ field.name }}__text
{%- endif -%}
{%- endfor -%}
{%- endmacro -%}

{#
  The code of a label: within the parent that the row gives; where it gives none, the one code that the list has for it.
  A label that is known only elsewhere gives none.
#}
{%- macro found_code(field, fields) -%}
{%- if field.within -%}
case when {{ found_code(fields[field.within], fields) }} is null then {{ field.name }}__anywhere.code else {{ field.name }}__here.code end
{%- else -%}
{{ field.name }}__anywhere.code
{%- endif -%}
{%- endmacro -%}

{# What the joins found, beside the columns of `tidied`. #}
{%- macro code_columns(fields) -%}
{%- for field in fields.values() if field.kind == 'code' %},
    {{ found_code(field, fields) }} as {{ field.name }},
    {{ 'coalesce(' ~ field.name ~ '__here.retired, ' ~ field.name ~ '__anywhere.retired)' if field.within else field.name ~ '__anywhere.retired' }} as {{ field.name }}__retired,
    {{ field.name }}__anywhere.label is not null as {{ field.name }}__known
{%- endfor -%}
{%- endmacro -%}

{#
  A label that is in the list but not in the row's parent is outside it; where the parent itself is at fault, that one is
  to be mended first.
#}
{%- macro faults_code(text, value, field) -%}
case
  when {{ value }} is not null then case when {{ value }}__retired then {{ fault('code_retired', field) }} end
  when {{ text }} is null then null
  when not {{ value }}__known
    then case when {{ is_wholly(text, '[0-9]{2,}e[0-9]+') }} then {{ fault('digits_lost', field) }} else {{ fault('code_unknown', field) }} end
{%- if field.within and field.parent_required %}
  when {{ field.within }} is not null then {{ fault('outside_parent', field) }}
{%- elif field.within %}
  when {{ field.within }} is not null or {{ field.within }}__text is null then {{ fault('outside_parent', field) }}
{%- else %}
  else {{ fault('code_unknown', field) }}
{%- endif %}
end
{%- endmacro -%}
