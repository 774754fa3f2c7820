/**
 * One column in memory: how its values are kept, shown as text, and put in order.
 *
 * A million rows fit because no value is an object of its own: a choice is a number that points at its text, the texts
 * of a row group are one long string, and numbers and days lie in typed arrays.
 */

/** Stands between two texts of a row group; no search can ask for it. */
export const BETWEEN = '\0'
/** Up to so many rows texts are sorted as readers of the language expect; beyond that it would take too long. */
const COLLATED = 20_000
const DAY = 86_400_000
/** Kinds of few values, beside codes and choices. */
const CHOSEN = ['round']

/**
 * @typedef {object} Fact what the page says of a column
 * @property {string} name
 * @property {string} title
 * @property {string} type
 * @property {string} [unit]
 * @property {string} [kind] what the contract calls it
 * @property {Record<string, string>} [codes] the label of each code
 * @property {string[]} [categories]
 * @property {boolean} [hidden]
 */
/** @typedef {{start: number, end: number, text: string, starts: Uint32Array}} Part the texts of rows start to end */
/** @typedef {import('./parquet.js').Piece} Piece */

/** @param {Fact} fact */
export function isChoice(fact) {
  return Boolean(fact.codes || fact.categories || fact.type === 'boolean' || CHOSEN.includes(fact.kind ?? ''))
}

/**
 * @param {Fact} fact
 * @param {number} rows
 * @param {string} physical its type in the Parquet
 */
export function newColumn(fact, rows, physical) {
  const empty = new Uint8Array(rows)
  if (isChoice(fact)) return new Choice(fact, rows)
  if (fact.type === 'string') return new Text(empty)
  if (physical === 'INT64') return new Numbers(new BigInt64Array(rows), empty, String)
  if (fact.type === 'date') return new Numbers(new Int32Array(rows), empty, dayText)
  if (physical === 'INT32') return new Numbers(new Int32Array(rows), empty, String)
  return new Numbers(new Float64Array(rows), empty, doubleText)
}

/** A column of few values. Code 0 is no value. */
export class Choice {
  /**
   * @param {Fact} fact
   * @param {number} rows
   */
  constructor(fact, rows) {
    this.labels = fact.codes
    /** @type {string[]} */
    this.values = ['']
    /** @type {Map<any, number>} */
    this.known = new Map()
    this.listed = fact.categories ?? Object.keys(fact.codes ?? {})
    for (const value of this.listed) this.codeOf(value)
    this.codes = new Uint32Array(rows)
  }

  /** @param {any} value */
  codeOf(value) {
    if (value === null || value === undefined) return 0
    let code = this.known.get(value)
    if (code === undefined) {
      const text = String(value)
      code = this.known.get(text) ?? this.values.push(text) - 1
      this.known.set(text, code).set(value, code)
    }
    return code
  }

  /** @param {Piece} piece */
  add({ start, values }) {
    for (let i = 0; i < values.length; i++) this.codes[start + i] = this.codeOf(values[i])
  }

  /** @param {number} row */
  text(row) {
    return this.codes[row] ? this.values[this.codes[row]] : null
  }

  /** @returns {number[]} the codes of all values in the order of the page's list; those not in it come last, sorted */
  listing() {
    const place = new Map(this.listed.map((value, at) => [value, at]))
    const { values } = this
    return values.map((_, code) => code).slice(1).sort((a, b) =>
      (place.get(values[a]) ?? Infinity) - (place.get(values[b]) ?? Infinity) || (values[a] < values[b] ? -1 : 1))
  }

  order() {
    const rank = new Uint32Array(this.values.length)
    this.listing().forEach((code, at) => { rank[code] = at })
    const { codes } = this
    return ordered(codes.length, row => codes[row] === 0, (a, b) => rank[codes[a]] - rank[codes[b]])
  }
}

/** A column of texts, most of which differ. */
export class Text {
  /** @param {Uint8Array} empty 1 where there is no value */
  constructor(empty) {
    this.empty = empty
    /** @type {Part[]} */
    this.parts = []
  }

  /** @param {Piece} piece */
  add({ start, values }) {
    const starts = new Uint32Array(values.length + 1)
    const texts = new Array(values.length)
    let length = 0
    for (let i = 0; i < values.length; i++) {
      starts[i] = length
      if (values[i] === null || values[i] === undefined) {
        this.empty[start + i] = 1
        texts[i] = ''
      } else {
        texts[i] = values[i]
        length += values[i].length
      }
      length += 1
    }
    starts[values.length] = length
    this.parts.push({ start, end: start + values.length, text: texts.join(BETWEEN), starts })
    this.parts.sort((a, b) => a.start - b.start)
  }

  /** @param {number} row */
  text(row) {
    if (this.empty[row]) return null
    let low = 0
    let high = this.parts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.parts[middle].start <= row) low = middle
      else high = middle - 1
    }
    const { start, text, starts } = this.parts[low]
    return text.slice(starts[row - start], starts[row - start + 1] - 1)
  }

  /** @param {string} lang */
  order(lang) {
    const rows = this.empty.length
    const texts = Array.from({ length: rows }, (_, row) => this.text(row) ?? '')
    const compare = rows <= COLLATED ? new Intl.Collator(lang, { numeric: true }).compare : byCodePoint
    return ordered(rows, row => this.empty[row] === 1, (a, b) => compare(texts[a], texts[b]))
  }
}

/** A column of numbers or days. */
export class Numbers {
  /**
   * @param {Float64Array|Int32Array|BigInt64Array} values
   * @param {Uint8Array} empty 1 where there is no value
   * @param {(value: any) => string} written
   */
  constructor(values, empty, written) {
    this.values = values
    this.empty = empty
    this.written = written
  }

  /** @param {Piece} piece */
  add({ start, values }) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] === null || values[i] === undefined) this.empty[start + i] = 1
      else this.values[start + i] = values[i]
    }
  }

  /** @param {number} row */
  text(row) {
    return this.empty[row] ? null : this.written(this.values[row])
  }

  order() {
    const { values, empty } = this
    // Large whole numbers are bigints, which no subtraction turns into a number.
    return ordered(values.length, row => empty[row] === 1, (a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0))
  }
}

/** @typedef {{full: Uint32Array, empty: Uint32Array}} Order rows with a value, lowest first, and rows without */

/**
 * @param {number} rows
 * @param {(row: number) => boolean} isEmpty
 * @param {(a: number, b: number) => number} compare two rows that have a value; equal ones stay as they are
 * @returns {Order}
 */
function ordered(rows, isEmpty, compare) {
  const all = Uint32Array.from({ length: rows }, (_, row) => row)
  const full = all.filter(row => !isEmpty(row))
  full.sort((a, b) => compare(a, b) || a - b)
  return { full, empty: all.filter(isEmpty) }
}

/**
 * @param {string} a
 * @param {string} b
 */
function byCodePoint(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @param {number} days since 1970-01-01 */
function dayText(days) {
  return new Date(days * DAY).toISOString().slice(0, 10)
}

/**
 * A double as the published CSV has it: the fewest digits that say just that number, always with a point or an exponent.
 * @param {number} value
 */
export function doubleText(value) {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  const [digits, power] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 16) {
    const plain = exponent < 0 ? plainSmall(value, digits, exponent) : String(value)
    if (Object.is(value, -0)) return '-0.0'
    return plain.includes('.') ? plain : `${plain}.0`
  }
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/**
 * @param {number} value
 * @param {string} digits
 * @param {number} exponent
 */
function plainSmall(value, digits, exponent) {
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-exponent - 1)}${digits.replace(/[-.]/g, '')}`
}
