{{ judged_cells('integer', unit='台', constraints={'minimum': 0}) }}
