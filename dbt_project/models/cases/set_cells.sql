{{ judged_cells('set', categories=['发明专利', '实用新型', 'SaaS', '机器人＋']) }}
