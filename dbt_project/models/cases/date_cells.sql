{{ judged_cells('date') }}
