-- Two names of one code, and one name with two codes: a row per published row that is evidence of it.
with entries as (
    select
        dataset,
        id,
        round,
        org_name,
        uscc,
        min(org_name) over (partition by uscc) <> max(org_name) over (partition by uscc) as has_several_names,
        min(uscc) over (partition by org_name) <> max(uscc) over (partition by org_name) as has_several_usccs
    from {{ ref('enterprises__entries') }}
),

evidence as (
    select
        'uscc_several_names' as code,
        uscc as subject,
        *
    from entries
    where has_several_names
    union all
    select
        'name_several_usccs' as code,
        org_name as subject,
        *
    from entries
    where has_several_usccs
)

select
    code,
    subject,
    dataset,
    id,
    round,
    org_name,
    uscc
from evidence
order by code, subject, dataset, id
