{{ judged_cells('money', unit='万元', constraints={'minimum': 0}) }}
