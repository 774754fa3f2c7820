{{ judged_cells('text', public=true, constraints={'maxLength': 12}) }}
