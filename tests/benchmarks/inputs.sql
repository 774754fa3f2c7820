-- The rows of made-up scene items $first to $last, each made of its number alone: the same rows every time, however
-- many. Every text is what somebody typed: other spellings, faults and repetitions come in fixed shares.
with numbered as (
    select
        i,
        -- Two rows of a hundred are about an item that an earlier row is about: one close by, one far away.
        case when i % 100 = 49 then i - 7 when i % 100 = 99 then i // 2 - 9 else i end as item
    from range($first, $last) as numbers (i)
),

placed as (
    select
        numbered.*,
        companies.*,
        elsewhere.county as county_elsewhere,
        -- The item decides who offers it, the row all the rest.
        case when item % 2 = 1 then '需求' else '供给' end as side,
        '样例场景' || item as scene,
        date '2024-01-01' + cast(i * 13 % 181 as integer) as published,
        date '2025-01-01' + cast(i * 29 % 720 as integer) as until
    from numbered
    inner join companies on companies.number = item * 7919 % $companies
    inner join companies as elsewhere on elsewhere.number = (companies.number + 50) % $companies
)

select
    case
        when i % 60 = 17 then translate(name, '（）', '()')
        when i % 75 = 28 then translate(name, '0123456789', '０１２３４５６７８９')
        else name
    end as 企业名称,
    case
        when i % 500 = 123 then left(uscc, 17) || case when right(uscc, 1) = '0' then '1' else '0' end
        when i % 40 = 7 then lower(uscc)
        when i % 40 = 19 then translate(uscc, '0123456789MA', '０１２３４５６７８９ＭＡ')
        when i % 40 = 31 then left(uscc, 8) || ' ' || substr(uscc, 9)
        else uscc
    end as 统一社会信用代码,
    case
        when i % 900 = 456 then '示例市'
        when i % 10 = 3 then replace(city, '市', '')
        when i % 10 = 6 then '山东省' || city
        when i % 30 = 9 then city_code
        else city
    end as 市,
    case
        when i % 1700 = 890 then county_elsewhere
        when i % 12 = 5 then null
        when i % 25 = 11 then city || county
        else county
    end as "县（市、区）",
    case when i % 1900 = 901 then '供需' when i % 45 = 13 then ' ' || left(side, 1) || '　' || right(side, 1) else side end as 方向,
    case
        when i % 700 = 321 then null
        when i % 30 = 23 then translate(scene, '0123456789', '０１２３４５６７８９')
        when i % 55 = 34 then '　' || scene || ' '
        else scene
    end as 场景名称,
    (['质量提升', '安全生产管理', '数字化转型', '节能降碳', '设备运维', '供应链协同'])[1 + i % 6] as 场景领域,
    case i % 9
        when 2 then chain || '产业链'
        when 4 then null
        when 7 then chain_code
        else chain
    end as 产业链,
    '在' || (1 + i % 12) || '号产线引入视觉检测，识别划痕、缺料与错装；要求' || case when i % 3 = 0 then '"漏检率"' else '漏检率' end
    || '低于' || (1 + i % 7) || '%, 单件用时' || (1 + i % 9) || '秒，第' || i || '项。' as 描述,
    case
        when i % 1300 = 678 then '约300'
        when i % 50 = 21 then null
        when i % 20 = 3 then '1,' || (100 + i % 900) || '.5万元'
        when i % 20 = 8 then translate((i % 5000) || '.5', '0123456789.', '０１２３４５６７８９．')
        when i % 33 = 14 then (i % 9) || '.25亿元'
        else (i % 5000) || '.5'
    end as "投资额（万元）",
    case
        when i % 1100 = 567 then '2024-02-30'
        when i % 8 = 1 then strftime(published, '%Y/%-m/%-d')
        when i % 8 = 2 then strftime(published, '%Y年%-m月%-d日')
        when i % 8 = 3 then strftime(published, '%Y.%-m.%-d')
        when i % 32 = 4 then strftime(published, '%Y%m%d')
        when i % 32 = 12 then strftime(published, '%Y-%m-%d 00:00:00')
        when i % 32 = 20 then cast(date_diff('day', date '1899-12-30', published) as varchar)
        when i % 32 = 28 then translate(strftime(published, '%Y-%m-%d'), '0123456789-', '０１２３４５６７８９－')
        else strftime(published, '%Y-%m-%d')
    end as 发布日期,
    case
        when i % 1500 = 789 then '2023-12-31'
        when i % 17 = 5 then null
        when i % 4 = 1 then strftime(until, '%Y/%-m/%-d')
        else strftime(until, '%Y-%m-%d')
    end as 有效期至,
    case when i % 14 = 6 then null else (['待对接', '对接中', '已签约'])[1 + i % 3] end as 对接状态,
    (['王', '李', '张', '刘', '陈'])[1 + i % 5] || '样' || (['安', '宁', '康', '平'])[1 + i % 4] as 联系人,
    '199000' || lpad(cast(i % 100000 as varchar), 5, '0') as 联系电话
from placed
order by i
