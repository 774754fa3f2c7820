-- How each submitter reported for each dataset in each round: of datasets whose release stands, in counts alone.
with registry as (
    {{ issue_rows() }}
),

found as (
    select
        faults.submission_round,
        faults.submitter_name,
        faults.dataset,
        registry.dimension,
        faults.faults as number
    from {{ source('published', 'faults') }} as faults
    inner join registry on faults.code = registry.code
),

faults as (
    select
        submission_round,
        submitter_name,
        dataset,
        cast(sum(number) as bigint) as faults_found,
        cast(sum(case when dimension = 'accuracy' then number else 0 end) as bigint) as faults_accuracy,
        cast(sum(case when dimension = 'completeness' then number else 0 end) as bigint) as faults_completeness,
        cast(sum(case when dimension = 'compliance' then number else 0 end) as bigint) as faults_compliance,
        cast(sum(case when dimension = 'consistency' then number else 0 end) as bigint) as faults_consistency,
        cast(sum(case when dimension = 'precision' then number else 0 end) as bigint) as faults_precision,
        cast(sum(case when dimension = 'currentness' then number else 0 end) as bigint) as faults_currentness,
        cast(sum(case when dimension = 'confidentiality' then number else 0 end) as bigint) as faults_confidentiality
    from found
    group by submission_round, submitter_name, dataset
),

accounts as (
    select
        submission_round,
        submitter_name,
        dataset,
        cast(sum(case when refused then 0 else 1 end) as bigint) as files_read,
        cast(sum(case when replaced then 1 else 0 end) as bigint) as files_corrected,
        cast(sum(case when refused then 1 else 0 end) as bigint) as files_refused,
        cast(sum(rows_read) as bigint) as rows_read,
        cast(sum(rows_published) as bigint) as rows_published,
        cast(sum(rows_superseded) as bigint) as rows_superseded,
        cast(sum(rows_quarantined) as bigint) as rows_quarantined,
        cast(sum(rows_ignored) as bigint) as rows_ignored,
        -- What a corrected file replaces is not judged.
        cast(sum(case when replaced then 0 else rows_read - rows_ignored end) as bigint) as rows_judged,
        cast(sum(rows_with_faults) as bigint) as rows_with_faults,
        max(dataset_version) as dataset_version
    from {{ source('published', 'accounts') }}
    group by submission_round, submitter_name, dataset
),

quality as (
    select
        accounts.submission_round,
        accounts.submitter_name,
        accounts.dataset,
        accounts.dataset_version,
        accounts.files_read,
        accounts.files_corrected,
        accounts.files_refused,
        accounts.rows_read,
        accounts.rows_published,
        accounts.rows_superseded,
        accounts.rows_quarantined,
        accounts.rows_ignored,
        accounts.rows_judged,
        accounts.rows_judged - accounts.rows_with_faults as rows_without_fault,
        -- One decimal, halves upwards.
        floor(
            cast(2000 * (accounts.rows_judged - accounts.rows_with_faults) + accounts.rows_judged as double)
            / cast(nullif(2 * accounts.rows_judged, 0) as double)
        ) / 10 as share_without_fault,
        coalesce(faults.faults_found, 0) as faults_found,
        coalesce(faults.faults_accuracy, 0) as faults_accuracy,
        coalesce(faults.faults_completeness, 0) as faults_completeness,
        coalesce(faults.faults_compliance, 0) as faults_compliance,
        coalesce(faults.faults_consistency, 0) as faults_consistency,
        coalesce(faults.faults_precision, 0) as faults_precision,
        coalesce(faults.faults_currentness, 0) as faults_currentness,
        coalesce(faults.faults_confidentiality, 0) as faults_confidentiality
    from accounts
    left join faults
        on
            accounts.submission_round = faults.submission_round
            and accounts.submitter_name = faults.submitter_name
            and accounts.dataset = faults.dataset
)

select
    {{ derived_id() }} as id,
    *
from quality
order by id
