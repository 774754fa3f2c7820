/** Turning the pages of a table. */

import { element, filled } from './dom.js'

/**
 * @param {Record<string, string>} texts
 * @param {string} lang
 * @param {(page: number) => void} turned
 */
export function makePages(texts, lang, turned) {
  let page = 1
  const said = element('span')
  const previous = element('button', { type: 'button', disabled: true }, texts.previous)
  const next = element('button', { type: 'button', disabled: true }, texts.next)
  previous.addEventListener('click', () => turned(page - 1))
  next.addEventListener('click', () => turned(page + 1))
  const nav = element('nav', { class: 'view-pages', 'aria-label': texts.pages }, previous, said, next)
  return {
    element: nav,
    /**
     * @param {number} now
     * @param {number} pages
     */
    show(now, pages) {
      page = now
      said.textContent = filled(texts.page, { page, pages }, lang)
      const focused = document.activeElement
      previous.toggleAttribute('disabled', page <= 1)
      next.toggleAttribute('disabled', page >= pages)
      // A button that can be pressed no more would let go of the focus, and keyboards would begin again at the top.
      if (focused === next && page >= pages) previous.focus()
      if (focused === previous && page <= 1) next.focus()
    },
  }
}
