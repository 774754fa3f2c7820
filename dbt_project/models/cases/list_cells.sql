{{ judged_cells('list', public=true) }}
