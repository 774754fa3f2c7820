{{ judged_cells('text', public=true) }}
