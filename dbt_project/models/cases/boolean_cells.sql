{{ judged_cells('boolean') }}
