/** In which rows a text column has a word, whatever its case; and how a search is taken apart. */

import { Choice, Text } from './column.js'

/**
 * @param {string} query
 * @returns {string[]} its words, each once; a row must have all of them
 */
export function words(query) {
  return [...new Set(query.normalize('NFC').replaceAll('\0', ' ').trim().split(/\s+/))].filter(Boolean)
}

/**
 * Sets 1 in `found` for each row of the column that has the word.
 * @param {Choice|Text} column
 * @param {string} word
 * @param {Uint8Array} found
 */
export function mark(column, word, found) {
  if (column instanceof Choice) markChoice(column, word, found)
  else for (const part of column.parts) markPart(part, word, found)
}

/**
 * @param {Choice} column
 * @param {string} word
 * @param {Uint8Array} found
 */
function markChoice(column, word, found) {
  const lower = word.toLowerCase()
  const has = column.values.map((value, code) => {
    const label = column.labels?.[value] ?? ''
    return code > 0 && (value.toLowerCase().includes(lower) || label.toLowerCase().includes(lower))
  })
  if (!has.includes(true)) return
  const { codes } = column
  for (let row = 0; row < codes.length; row++) if (has[codes[row]]) found[row] = 1
}

/**
 * The texts of a part are one string, so that the browser's own search runs over all of them at once.
 * @param {import('./column.js').Part} part
 * @param {string} word
 * @param {Uint8Array} found
 */
function markPart({ start, text, starts }, word, found) {
  const next = finder(text, word)
  let row = 0
  for (let at = next(0); at >= 0; at = next(starts[row])) {
    row = rowAt(starts, at, row)
    found[start + row] = 1
    row += 1
    if (row >= starts.length - 1) return
  }
}

/**
 * @param {string} text
 * @param {string} word
 * @returns {(from: number) => number} where the word is next, or -1
 */
function finder(text, word) {
  if (word.toLowerCase() === word.toUpperCase()) return from => text.indexOf(word, from)
  const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'gi')
  return from => {
    pattern.lastIndex = from
    return pattern.exec(text)?.index ?? -1
  }
}

/**
 * @param {Uint32Array} starts
 * @param {number} at a place in the text
 * @param {number} from a row that does not begin after it
 * @returns {number} the row that it lies in
 */
function rowAt(starts, at, from) {
  let low = from
  let high = starts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle] <= at) low = middle
    else high = middle - 1
  }
  return low
}
