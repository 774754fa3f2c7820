/** Rows as CSV, byte for byte as the published CSV is written: LF, quotes where needed, "" for an empty text. */

/** Rows are joined in pieces, so that no single string gets too long. */
const PIECE = 10_000

/**
 * @param {string[]} names
 * @param {{text: (row: number) => string|null}[]} columns
 * @param {Uint32Array} rows
 * @returns {Blob}
 */
export function csvOf(names, columns, rows) {
  const pieces = [names.map(cell).join(',') + '\n']
  for (let from = 0; from < rows.length; from += PIECE) {
    let piece = ''
    for (const row of rows.subarray(from, from + PIECE)) {
      piece += columns.map(column => cell(column.text(row))).join(',') + '\n'
    }
    pieces.push(piece)
  }
  return new Blob(pieces, { type: 'text/csv;charset=utf-8' })
}

/** @param {string|null} value */
function cell(value) {
  if (value === null) return ''
  return value === '' || /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
