/** The filters of a table: for each column of few values a group of boxes to tick, with how many rows each gives. */

import { element } from './dom.js'

/** @typedef {import('./column.js').Fact} Fact */
/** @typedef {{input: HTMLInputElement, count: HTMLElement, item: HTMLElement}} Box */

/**
 * @param {Record<string, string>} texts
 * @param {string} lang
 * @param {Fact[]} choices
 * @param {(name: string, values: Set<string|null>) => void} chosen
 */
export function makeFilters(texts, lang, choices, chosen) {
  /** @type {Map<string, Map<string|null, Box>>} */
  const groups = new Map(choices.map(fact => [fact.name, new Map()]))
  const lists = new Map(choices.map(fact => [fact.name, element('div', { class: 'view-values' })]))
  const summary = element('summary', {}, texts.filters)
  const fieldsets = choices.map(fact =>
    element('fieldset', {}, element('legend', {}, fact.title), lists.get(fact.name) ?? ''))
  const details = element('details', { class: 'view-filters' }, summary, ...fieldsets)
  details.hidden = !choices.length
  /** @type {import('./view.js').View|null} */
  let now = null

  /**
   * @param {Fact} fact
   * @param {string|null} value
   * @returns {Box}
   */
  function makeBox(fact, value) {
    const input = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox' }))
    const count = element('span', { class: 'count' })
    const item = element('label', {}, input, ' ', labelOf(fact, value, texts), ' ', count)
    input.addEventListener('change', () => {
      const boxes = groups.get(fact.name) ?? new Map()
      chosen(fact.name, new Set([...boxes].filter(([, box]) => box.input.checked).map(([ticked]) => ticked)))
    })
    return { input, count, item }
  }

  return {
    element: details,
    /** @param {import('./view.js').View} view */
    show(view) {
      now = view
      let active = 0
      for (const [name, boxes] of groups) {
        const wanted = view.filters.get(name)
        active += wanted ? 1 : 0
        for (const [value, { input }] of boxes) input.checked = wanted?.has(value) ?? false
      }
      summary.textContent = active ? `${texts.filters} (${active})` : texts.filters
    },
    /** @param {Record<string, [string|null, number][]>} counts */
    count(counts) {
      for (const fact of choices) {
        const boxes = groups.get(fact.name) ?? new Map()
        const wanted = now?.filters.get(fact.name)
        /** @type {HTMLElement|null} */
        let before = null
        // From the last to the first: what is found later than others takes its place among them.
        for (const [value, rows] of counts[fact.name].reverse()) {
          let box = boxes.get(value)
          if (!box) {
            if (!rows && !wanted?.has(value)) continue
            box = makeBox(fact, value)
            boxes.set(value, box)
            lists.get(fact.name)?.insertBefore(box.item, before)
          }
          before = box.item
          box.input.checked = wanted?.has(value) ?? false
          box.count.textContent = `(${rows.toLocaleString(lang)})`
        }
      }
    },
  }
}

/**
 * @param {Fact} fact
 * @param {string|null} value
 * @param {Record<string, string>} texts
 */
export function labelOf(fact, value, texts) {
  if (value === null) return texts.empty
  return fact.codes?.[value] ?? (fact.type === 'boolean' ? texts[value] : value)
}
