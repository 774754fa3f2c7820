/** The rows of a page as an HTML table with headers that sort. */

import { element } from './dom.js'
import { labelOf } from './filters.js'

/** @typedef {import('./column.js').Fact} Fact */
/** @typedef {import('./view.js').View['sort']} Sort */

/**
 * @param {Record<string, string>} texts
 * @param {Fact[]} shown
 * @param {(sort: Sort) => void} sorted
 */
export function makeGrid(texts, shown, sorted) {
  /** @type {Sort} */
  let now = null
  const headers = shown.map(fact => {
    const press = element('button', { type: 'button', class: 'sort' }, fact.unit ? `${fact.title}（${fact.unit}）` : fact.title)
    press.addEventListener('click', () => sorted(nextSort(now, fact.name)))
    return element('th', { scope: 'col', class: isNumber(fact) && 'number' }, press)
  })
  const body = element('tbody')
  const scroll = element('div', { class: 'view-scroll', role: 'region', tabindex: 0, 'aria-label': texts.caption },
    element('table', {},
      element('caption', {}, texts.caption), element('thead', {}, element('tr', {}, ...headers)), body))

  /**
   * @param {Fact} fact
   * @param {string|null} value
   */
  function cell(fact, value) {
    if (value === null) return element('td')
    return element('td', { class: isNumber(fact) && 'number' }, isNumber(fact) ? value.replace(/\.0$/, '') : labelOf(fact, value, texts))
  }

  return {
    element: scroll,
    /** @param {boolean} is */
    busy(is) {
      scroll.setAttribute('aria-busy', String(is))
    },
    /**
     * @param {(string|null)[][]} cells
     * @param {Sort} sort
     */
    show(cells, sort) {
      now = sort
      shown.forEach((fact, at) => {
        if (sort?.name === fact.name) headers[at].setAttribute('aria-sort', sort.descending ? 'descending' : 'ascending')
        else headers[at].removeAttribute('aria-sort')
      })
      scroll.scrollTop = 0
      body.replaceChildren(...cells.map(row => element('tr', {}, ...row.map((value, at) => cell(shown[at], value)))))
    },
  }
}

/**
 * Pressed again a header turns the order round, and a third time leaves the order of the file.
 * @param {Sort} now
 * @param {string} name
 * @returns {Sort}
 */
function nextSort(now, name) {
  if (now?.name !== name) return { name, descending: false }
  return now.descending ? null : { name, descending: true }
}

/** @param {Fact} fact */
function isNumber(fact) {
  return fact.type === 'number' || fact.type === 'integer'
}
