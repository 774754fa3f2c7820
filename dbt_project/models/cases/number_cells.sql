{{ judged_cells('number', unit='TB') }}
