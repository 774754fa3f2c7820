-- The input of every case: a cell of a form, and the unit in the heading of its column. Each unit test gives its own.
select
    cast(null as varchar) as cell,
    cast(null as varchar) as unit
where false
