/** A view of a table (search, filters, sort, page), and how it stands in an address. */

const FILTER = 'f.'
/** No value, in an address; what begins with ~ is written with one more. */
const EMPTY = '~'

/**
 * @typedef {object} View
 * @property {string} query
 * @property {Map<string, Set<string|null>>} filters the values wanted of a column; null is no value
 * @property {{name: string, descending: boolean}|null} sort
 * @property {number} page from 1
 */

/** @returns {View} */
export function wholeTable() {
  return { query: '', filters: new Map(), sort: null, page: 1 }
}

/**
 * @param {string} hash with or without #
 * @param {string[]} names the columns that there are; others are passed over
 * @param {string[]} choices those that can be filtered
 * @returns {View}
 */
export function viewOf(hash, names, choices) {
  const view = wholeTable()
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  view.query = said.get('q') ?? ''
  for (const name of choices) {
    const values = said.getAll(FILTER + name).map(value => (value === EMPTY ? null : value.replace(/^~~/, EMPTY)))
    if (values.length) view.filters.set(name, new Set(values))
  }
  const [, minus, name] = /^(-?)(.*)$/.exec(said.get('sort') ?? '') ?? []
  if (name && names.includes(name)) view.sort = { name, descending: minus === '-' }
  const page = Number(said.get('page') ?? 1)
  if (Number.isSafeInteger(page) && page > 0) view.page = page
  return view
}

/**
 * @param {View} view
 * @returns {string} without #; empty for the whole table
 */
export function hashOf(view) {
  const said = new URLSearchParams()
  if (view.query) said.set('q', view.query)
  for (const [name, values] of view.filters) {
    for (const value of values) said.append(FILTER + name, value === null ? EMPTY : value.replace(/^~/, '~~'))
  }
  if (view.sort) said.set('sort', (view.sort.descending ? '-' : '') + view.sort.name)
  if (view.page > 1) said.set('page', String(view.page))
  return said.toString()
}

/** Whether an address speaks of a view at all: #quality does not. @param {string} hash */
export function speaksOfView(hash) {
  return hash.includes('=')
}
