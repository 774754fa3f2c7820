-- The input of every case: a cell of a form, and the unit in the heading of its column. Each unit test gives its own.
select
    cast(null as {{ text_type() }}) as cell,
    cast(null as {{ text_type() }}) as unit
where false
