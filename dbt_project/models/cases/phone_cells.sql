{{ judged_cells('phone') }}
