{{ judged_cells('uscc', constraints={'required': true}) }}
