/** Looking up an enterprise by a part of its name or by its code: in which lists does it stand? */

import { element, filled } from './dom.js'
import { labelOf } from './filters.js'
import { jsonOf, textsOf } from './texts.js'
import { viewOf, wholeTable } from './view.js'
import { startEngine } from './worker.js'

const MOST = 20
/** The lists that an enterprise stands in are one value, joined by this. */
const JOINED = ';'

/** @param {HTMLElement} section */
async function showLookup(section) {
  const { parquet = '', columns: described = '' } = section.dataset
  const lang = section.dataset.lang ?? 'zh'
  const engine = startEngine(parquet)
  const [texts, { columns, datasets = {} }] = await Promise.all([textsOf(lang), jsonOf(described)])
  const { facts } = await engine.ask('open', { facts: columns, lang })
  const shown = facts.filter((/** @type {any} */ fact) => !fact.hidden)
  const field = /** @type {HTMLInputElement} */ (element('input', { type: 'search', id: 'lookup-field', autocomplete: 'off' }))
  const status = element('p', { class: 'view-status', role: 'status' })
  const list = element('ol', { class: 'lookup-found' })
  section.append(
    element('div', { class: 'view-controls', role: 'search' }, element('label', { for: 'lookup-field' }, texts.lookup), field),
    status, list)
  field.value = viewOf(location.hash, [], []).query
  field.addEventListener('input', event => {
    if (!(event instanceof InputEvent && event.isComposing)) draw()
  })
  field.addEventListener('compositionend', draw)
  let last = 0

  async function draw() {
    const query = field.value.trim()
    const asked = ++last
    history.replaceState(null, '', query ? `#${new URLSearchParams({ q: query })}` : location.pathname + location.search)
    if (!query) {
      status.textContent = ''
      list.replaceChildren()
      return
    }
    try {
      const { count, cells } = await engine.ask('page', { view: { ...wholeTable(), query }, size: MOST })
      if (asked !== last) return
      const said = count === 0 ? texts.none : count > MOST ? texts.lookup_more : texts.lookup_found
      status.textContent = filled(said, { count, shown: cells.length }, lang)
      list.replaceChildren(...cells.map((/** @type {(string|null)[]} */ row) => entry(row)))
    } catch (error) {
      fail(section, texts.failed, error)
    }
  }

  /** @param {(string|null)[]} row */
  function entry(row) {
    const facts = element('dl')
    row.forEach((value, at) => {
      if (value === null || value === '') return
      const said = element('dd')
      if (shown[at].name === 'datasets') said.append(...value.split(JOINED).map(name => link(name)))
      else said.append(labelOf(shown[at], value, texts))
      facts.append(element('div', {}, element('dt', {}, shown[at].title), said))
    })
    return element('li', {}, facts)
  }

  /** @param {string} name */
  function link(name) {
    const known = Object.hasOwn(datasets, name) ? datasets[name] : null
    return element('span', {}, known ? element('a', { href: known.address }, known.title) : name)
  }

  await draw()
  await engine.ask('prepare')
}

/**
 * @param {HTMLElement} section
 * @param {string} text
 * @param {unknown} error
 */
function fail(section, text, error) {
  console.error(error)
  section.querySelector('.view-error')?.remove()
  section.append(element('p', { class: 'view-error', role: 'alert' }, text))
}

const section = document.getElementById('lookup')
if (section?.dataset.parquet) {
  showLookup(section).catch(async error => fail(section, (await textsOf(section.dataset.lang ?? 'zh')).failed, error))
}
