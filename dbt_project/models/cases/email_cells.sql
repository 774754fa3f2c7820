{{ judged_cells('email') }}
