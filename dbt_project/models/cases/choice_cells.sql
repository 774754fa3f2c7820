{{ judged_cells('choice', categories=['国际领先', '国内先进', 'ERP']) }}
