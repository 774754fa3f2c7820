{{ judged_cells('month') }}
