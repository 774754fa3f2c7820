/** The table of a dataset page: asks the worker for rows and keeps controls, address and rows in step. */

import { isChoice } from './column.js'
import { makeControls } from './controls.js'
import { copyAndSay } from './copy.js'
import { element, filled } from './dom.js'
import { makeFilters } from './filters.js'
import { makeGrid } from './grid.js'
import { makePages } from './pages.js'
import { jsonOf, textsOf } from './texts.js'
import { hashOf, speaksOfView, viewOf, wholeTable } from './view.js'
import { startEngine } from './worker.js'

const PAGE = 50
/** Whoever waits so long is told what for. [ms] */
const SLOW = 300
/** Up to so many rows everything is read at once; beyond that when it is asked for. */
const READ_AHEAD = 100_000

/** @param {HTMLElement} section */
async function showTable(section) {
  const { parquet = '', columns: described = '' } = section.dataset
  const lang = section.dataset.lang ?? 'zh'
  const engine = startEngine(parquet)
  const [texts, { dataset, columns }] = await Promise.all([textsOf(lang), jsonOf(described)])
  const { rows, facts } = await engine.ask('open', { facts: columns, lang })
  const shown = facts.filter((/** @type {any} */ fact) => !fact.hidden)
  const choices = facts.filter(isChoice)
  const read = () => viewOf(
    speaksOfView(location.hash) ? location.hash : '',
    facts.map((/** @type {any} */ fact) => fact.name),
    choices.map((/** @type {any} */ fact) => fact.name),
  )

  let view = read()
  let asking = false
  let askAgain = false

  const controls = makeControls(texts, {
    search: query => change({ query, page: 1 }),
    clear: () => change(wholeTable()),
    copyLink: button => copyAndSay(button, location.href, texts.copied),
    download,
    prepare: () => engine.ask('prepare'),
  })
  const filters = makeFilters(texts, lang, choices, (name, values) => {
    const next = new Map(view.filters)
    if (values.size) next.set(name, values)
    else next.delete(name)
    change({ filters: next, page: 1 })
  })
  const status = element('p', { class: 'view-status', role: 'status' }, texts.reading)
  const grid = makeGrid(texts, shown, sort => change({ sort, page: 1 }))
  const pages = makePages(texts, lang, page => change({ page }))
  const box = element('div', { class: 'view' }, controls.element, filters.element, status, grid.element, pages.element)
  section.append(box)
  addEventListener('hashchange', () => {
    if (location.hash && !speaksOfView(location.hash)) return
    view = read()
    draw()
  })

  /** @param {Partial<import('./view.js').View>} changes */
  function change(changes) {
    view = { ...view, ...changes }
    const hash = hashOf(view)
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search)
    draw()
  }

  /** Shows the view of now; asked while an answer is under way, it draws once more when that is there. */
  async function draw() {
    controls.show(view)
    filters.show(view)
    askAgain = asking
    if (asking) return
    asking = true
    grid.busy(true)
    const slow = setTimeout(() => { status.textContent = texts.reading }, SLOW)
    try {
      await drawOnce(slow)
    } catch (error) {
      fail(section, texts.failed, error)
    } finally {
      clearTimeout(slow)
      asking = false
    }
    if (askAgain) await draw()
    else grid.busy(false)
  }

  /** @param {ReturnType<typeof setTimeout>} slow says that it takes long, unless it is there before */
  async function drawOnce(slow) {
    const drawn = view
    const { count, cells } = await engine.ask('page', { view: drawn, size: PAGE })
    clearTimeout(slow)
    const last = Math.max(1, Math.ceil(count / PAGE))
    if (drawn.page > last) {
      if (view === drawn) view = { ...drawn, page: last }
      askAgain = true
      return
    }
    grid.show(cells, drawn.sort)
    pages.show(drawn.page, last)
    const said = count === rows ? texts.rows : count ? texts.found : texts.none
    status.textContent = filled(said, { total: rows, count }, lang)
    for (const first of section.querySelectorAll('[data-first-rows]')) if (first instanceof HTMLElement) first.hidden = true
    if (!askAgain) filters.count(await engine.ask('counts', { view: drawn }))
  }

  async function download() {
    try {
      const name = hashOf({ ...view, page: 1 }) ? `${dataset}-view.csv` : `${dataset}.csv`
      const address = URL.createObjectURL(await engine.ask('csv', { view }))
      element('a', { href: address, download: name }).click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (error) {
      fail(section, texts.failed, error)
    }
  }

  await draw()
  if (rows <= READ_AHEAD) await engine.ask('prepare')
}

/**
 * The static rows stay; why is said to whoever looks into the console.
 * @param {HTMLElement} section
 * @param {string} text
 * @param {unknown} error
 */
function fail(section, text, error) {
  console.error(error)
  section.querySelector('.view-error')?.remove()
  section.append(element('p', { class: 'view-error', role: 'alert' }, text))
}

const section = document.getElementById('table')
if (section?.dataset.parquet) {
  showTable(section).catch(async error => fail(section, (await textsOf(section.dataset.lang ?? 'zh')).failed, error))
}
