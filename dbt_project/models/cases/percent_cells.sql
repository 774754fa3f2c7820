{{ judged_cells('percent', constraints={'minimum': 0, 'maximum': 100}) }}
