/**
 * The worker that holds a table: it reads columns when they are first needed, finds, counts and sorts rows, and answers
 * with one page of them. It never sees the page's elements, and the page never sees more rows than it shows.
 */

import { Choice, Text, isChoice, newColumn } from './column.js'
import { csvOf } from './csv.js'
import { openParquet } from './parquet.js'
import { mark, words } from './search.js'

/** @typedef {import('./column.js').Fact} Fact */
/** @typedef {import('./view.js').View} View */

/** @type {Promise<import('./parquet.js').Table>} */
let opening
/** @type {import('./parquet.js').Table} */
let table
/** @type {Fact[]} */
let facts
let lang = 'zh'
/** @type {Map<string, {column: any, groups: Map<number, Promise<void>>}>} */
const held = new Map()
/** @type {Map<string, Promise<import('./column.js').Order>>} */
const orders = new Map()
/** The rows that have a word, for the words of the last search. @type {Map<string, Uint8Array>} */
let wordRows = new Map()

const answers = {
  /** @param {{url: string}} asked */
  begin({ url }) {
    opening = openParquet(url)
    // Whoever asks for the table is told why there is none.
    opening.catch(() => {})
  },

  /** @param {{facts: Fact[], lang: string}} asked */
  async open(asked) {
    table = await opening
    lang = asked.lang
    const known = new Map(asked.facts.map(fact => [fact.name, fact]))
    facts = table.names.map(name => known.get(name) ?? { name, title: name, type: 'string', hidden: true })
    return { rows: table.rows, facts }
  },

  /**
   * The rows of one page, as texts in the order of the columns shown.
   * @param {{view: View, size: number}} asked
   */
  async page({ view, size }) {
    const rows = await rowsOf(view)
    const from = (view.page - 1) * size
    const shown = rows === null ? range(from, Math.min(from + size, table.rows)) : [...rows.subarray(from, from + size)]
    const names = facts.filter(fact => !fact.hidden).map(fact => fact.name)
    const groups = table.groups.flatMap(({ start, end }, at) => (shown.some(row => row >= start && row < end) ? [at] : []))
    const columns = await Promise.all(names.map(name => load(name, groups)))
    return { count: rows === null ? table.rows : rows.length, cells: shown.map(row => columns.map(column => column.text(row))) }
  },

  /**
   * For each filter how many rows each of its values would give, all other conditions holding.
   * @param {{view: View}} asked
   * @returns {Promise<Record<string, [string|null, number][]>>} null is no value
   */
  async counts({ view }) {
    const choices = facts.filter(isChoice)
    /** @type {Choice[]} */
    const columns = await Promise.all(choices.map(fact => load(fact.name)))
    const found = await searched(view.query)
    const wanted = choices.map((fact, at) => wantedCodes(columns[at], view.filters.get(fact.name)))
    const counts = columns.map(column => new Uint32Array(column.values.length))
    for (let row = 0; row < table.rows; row++) {
      if (found && !found[row]) continue
      let failed = -1
      let fails = 0
      for (let at = 0; at < columns.length && fails < 2; at++) {
        if (wanted[at] && !wanted[at][columns[at].codes[row]]) {
          failed = at
          fails++
        }
      }
      if (fails > 1) continue
      if (fails === 1) counts[failed][columns[failed].codes[row]]++
      else for (let at = 0; at < columns.length; at++) counts[at][columns[at].codes[row]]++
    }
    return Object.fromEntries(choices.map((fact, at) => [
      fact.name, [...columns[at].listing(), 0].map(code => [code ? columns[at].values[code] : null, counts[at][code]]),
    ]))
  },

  /** @param {{view: View}} asked */
  async csv({ view }) {
    const rows = await rowsOf(view) ?? Uint32Array.from(range(0, table.rows))
    const columns = await Promise.all(table.names.map(name => load(name)))
    return csvOf(table.names, columns, rows)
  },

  /** Reads ahead what a search needs, so that the first letter finds it there. */
  async prepare() {
    await Promise.all(searchable().map(fact => load(fact.name)))
  },
}

/**
 * The rows of a view in its order; null where that is all of them in the order of the file.
 * @param {View} view
 * @returns {Promise<Uint32Array|null>}
 */
async function rowsOf(view) {
  const found = await searched(view.query)
  const filters = await Promise.all([...view.filters].map(async ([name, values]) => {
    const column = await load(name)
    return { codes: column.codes, wanted: wantedCodes(column, values) }
  }))
  if (!found && !filters.length && !view.sort) return null
  const matches = (/** @type {number} */ row) =>
    (!found || found[row] === 1) && filters.every(({ codes, wanted }) => !wanted || wanted[codes[row]])
  if (!view.sort) return Uint32Array.from({ length: table.rows }, (_, row) => row).filter(matches)
  const { full, empty } = await orderOf(view.sort.name)
  const sorted = full.filter(matches)
  if (view.sort.descending) sorted.reverse()
  const last = empty.filter(matches)
  const all = new Uint32Array(sorted.length + last.length)
  all.set(sorted)
  all.set(last, sorted.length)
  return all
}

/** @param {string} name */
function orderOf(name) {
  let order = orders.get(name)
  if (!order) {
    order = load(name).then(column => column.order(lang))
    orders.set(name, order)
  }
  return order
}

/**
 * 1 for each row that has all words of a search; null where there are none.
 * @param {string} query
 * @returns {Promise<Uint8Array|null>}
 */
async function searched(query) {
  const asked = words(query)
  if (!asked.length) return null
  const columns = await Promise.all(searchable().map(fact => load(fact.name)))
  /** @type {Map<string, Uint8Array>} */
  const now = new Map()
  for (const word of asked) {
    let rows = wordRows.get(word)
    if (!rows) {
      rows = new Uint8Array(table.rows)
      for (const column of columns) mark(column, word, rows)
    }
    now.set(word, rows)
  }
  wordRows = now
  const [first, ...others] = now.values()
  return others.length ? first.map((has, row) => (has && others.every(other => other[row]) ? 1 : 0)) : first
}

function searchable() {
  return facts.filter(fact => fact.type === 'string')
}

/**
 * @param {Choice} column
 * @param {Set<string|null>|undefined} values
 * @returns {boolean[]|null} which codes are wanted; null where all are
 */
function wantedCodes(column, values) {
  return values?.size ? column.values.map((value, code) => values.has(code ? value : null)) : null
}

/**
 * A column with at least these row groups read; each is read once.
 * @param {string} name
 * @param {number[]} [groups] all, unless said
 * @returns {Promise<any>}
 */
async function load(name, groups = table.groups.map((_, at) => at)) {
  let one = held.get(name)
  if (!one) {
    const fact = facts.find(candidate => candidate.name === name)
    if (!fact) throw new Error(`there is no column ${name}`)
    one = { column: newColumn(fact, table.rows, table.physical.get(name) ?? ''), groups: new Map() }
    held.set(name, one)
  }
  const { column, groups: reading } = one
  for (const group of groups) {
    if (!reading.has(group)) {
      reading.set(group, table.read(name, group).then(pieces => pieces.forEach(piece => column.add(piece))))
    }
    await reading.get(group)
  }
  return column
}

/**
 * @param {number} from
 * @param {number} to
 */
function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)
}

self.addEventListener('message', async ({ data: { id, name, asked } }) => {
  try {
    // @ts-expect-error the page names only what is above
    self.postMessage({ id, answer: await answers[name](asked) })
  } catch (error) {
    self.postMessage({ id, failed: String(error) })
  }
})
