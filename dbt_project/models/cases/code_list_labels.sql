{{ code_labels(lists=['cities', 'counties'], nested=['counties']) }}
