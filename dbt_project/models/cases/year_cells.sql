{{ judged_cells('year', constraints={'minimum': 2020, 'maximum': 2035}) }}
