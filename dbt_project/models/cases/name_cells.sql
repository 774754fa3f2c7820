{{ judged_cells('name', constraints={'required': true, 'minLength': 2}) }}
