-- The same work as by_hand.py, in bare DuckDB: the table `form` as text, in its order (rowid), to `publishable`.
-- No report, no places, no reasons: a row at fault is dropped.
create macro narrow(cell) as case
    when regexp_matches(cell, '[\x{ff01}-\x{ff5e}]') then translate(
        cell,
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
    )
    else cell
end;
create macro given(cell) as case
    when not regexp_full_match(cell, '(?i)[\s\x{a0}\x{3000}]*(?:无|暂无|空|none|null|n/a|[-－—–/／]+)?[\s\x{a0}\x{3000}]*') then cell
end;
create macro unspaced(cell) as case
    when regexp_matches(cell, '[\s\x{a0}\x{3000}\x{200b}\x{feff}\x{ff01}-\x{ff5e}]')
        then regexp_replace(narrow(cell), '[\s\x{a0}\x{3000}\x{200b}\x{feff}]+', '', 'g')
    else cell
end;
create macro folded(cell) as lower(regexp_replace(narrow(cell), '[^\p{L}\p{N}]+', '', 'g'));
create macro trimmed(cell) as trim(cell, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(12288) || chr(65279));
-- In names Chinese punctuation stays, and brackets have one form.
create macro tidy_name(cell) as case
    when regexp_matches(cell, '[\s\x{a0}\x{3000}\x{200b}\x{feff}()\x{ff02}-\x{ff07}\x{ff0a}\x{ff0b}\x{ff0d}-\x{ff19}\x{ff1c}-\x{ff1e}\x{ff20}-\x{ff5e}]')
        then trim(regexp_replace(regexp_replace(regexp_replace(
            translate(
                cell,
                '()＂＃＄％＆＇＊＋－．／０１２３４５６７８９＜＝＞＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
                '（）"#$%&''*+-./0123456789<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
            ),
            '[\s\x{a0}\x{3000}\x{200b}\x{feff}]+', ' ', 'g'
        ), '([^\x00-\x7f]) ([^\x00-\x7f])', '\1\2', 'g'), '([^\x00-\x7f]) ([^\x00-\x7f])', '\1\2', 'g'))
    else cell
end;
create macro day(cell) as case
    when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(cell as date)
    when regexp_full_match(cell, '[0-9]{8}') then try_strptime(cell, '%Y%m%d')::date
    when regexp_full_match(cell, '[0-9]{5}') then date '1899-12-30' + cell::integer
    else try_cast(regexp_replace(
        regexp_replace(unspaced(regexp_replace(cell, '[T\s]*[0-9]{1,2}[:：][0-9]{2}([:：][0-9]{2}([.][0-9]+)?)?Z?$', '')), '[/.年月]', '-', 'g'),
        '[日号]$', ''
    ) as date)
end;
create macro amount(cell) as round(
    try_cast(replace(regexp_replace(cell, '^(?:人民币|[¥￥])|(?:亿元|百万元|万元|千元|元|亿|万)$', ''), ',', '') as double) * case
        when regexp_matches(cell, '亿元?$') then 10000
        when cell like '%百万元' then 100
        when cell like '%千元' then 0.1
        when cell like '%元' and cell not like '%万元' then 0.0001
        else 1
    end, 6
);
create macro digit(code, place) as instr('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, place, 1)) - 1;
-- GB 32100-2015, unrolled: a lambda over the characters takes twice as long.
create macro sound_uscc(code) as regexp_full_match(code, '[0-9A-HJ-NPQRTUWXY]{18}') and (
    digit(code, 1) + 3 * digit(code, 2) + 9 * digit(code, 3) + 27 * digit(code, 4) + 19 * digit(code, 5) + 26 * digit(code, 6)
    + 16 * digit(code, 7) + 17 * digit(code, 8) + 20 * digit(code, 9) + 29 * digit(code, 10) + 25 * digit(code, 11) + 13 * digit(code, 12)
    + 8 * digit(code, 13) + 24 * digit(code, 14) + 10 * digit(code, 15) + 30 * digit(code, 16) + 28 * digit(code, 17) + digit(code, 18)
) % 31 = 0;

create table labels as
with entries as (
    select 'city' as list, null as parent, code, name, aliases from read_csv(getvariable('seeds') || '/cities.csv', all_varchar = true) where valid_to is null
    union all
    select 'county', parent, code, name, aliases from read_csv(getvariable('seeds') || '/counties.csv', all_varchar = true) where valid_to is null
    union all
    select 'chain', null, code, name, aliases from read_csv(getvariable('seeds') || '/chains.csv', all_varchar = true) where valid_to is null
)
select distinct list, parent, code, folded(label) as label
from (select list, parent, code, unnest([code, name, code || name, name || code] || coalesce(split(aliases, ';'), [])) as label from entries);

create table publishable as
with tidied as (
    select
        rowid as place,
        folded(given(方向)) as side_given,
        tidy_name(given(场景名称)) as scene_name,
        tidy_name(given(企业名称)) as org_name,
        upper(unspaced(given(统一社会信用代码))) as uscc,
        folded(given(市)) as city_given,
        folded(given("县（市、区）")) as county_given,
        trimmed(given(场景领域)) as field,
        folded(given(产业链)) as chain_given,
        trimmed(given(描述)) as description,
        unspaced(given("投资额（万元）")) as investment_given,
        given(发布日期) as published_given,
        given(有效期至) as until_given,
        folded(given(对接状态)) as matching_status
    from form
),

typed as (
    select
        tidied.*,
        side_given as side,
        cities.code as city_code,
        counties.code as county_code,
        chains.code as chain,
        amount(investment_given) as investment,
        day(published_given) as published_on,
        day(until_given) as valid_until
    from tidied
    left join labels as cities on cities.list = 'city' and cities.label = city_given
    left join labels as counties on counties.list = 'county' and counties.parent = cities.code and counties.label = county_given
    left join labels as chains on chains.list = 'chain' and chains.label = chain_given
),

sound as (
    select * from typed
    where side in ('需求', '供给')
        and length(scene_name) <= 200
        and length(org_name) <= 200
        and sound_uscc(uscc)
        and city_code is not null
        and (county_code is not null or county_given is null)
        and (chain is not null or chain_given is null)
        and (length(field) <= 100 or field is null)
        and (length(description) <= 4000 or description is null)
        and (investment >= 0 or investment_given is null)
        and published_on is not null
        and (valid_until >= published_on or until_given is null)
        and (matching_status in ('待对接', '对接中', '已签约') or matching_status is null)
)

select
    side, scene_name, org_name, uscc, city_code, county_code, field, chain, description, investment,
    published_on, valid_until, matching_status
from sound
-- Of the rows about the same item the last.
qualify row_number() over (partition by uscc, side, scene_name order by place desc) = 1
order by uscc, side, scene_name;
