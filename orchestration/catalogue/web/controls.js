/** The search field and the buttons above a table. */

import { element } from './dom.js'

/**
 * @param {Record<string, string>} texts
 * @param {{search: (query: string) => void, clear: () => void, copyLink: (button: HTMLElement) => void,
 *   download: () => void, prepare: () => void}} does
 */
export function makeControls(texts, does) {
  const field = /** @type {HTMLInputElement} */ (element('input', {
    type: 'search', id: 'view-search', autocomplete: 'off', 'aria-describedby': 'view-search-hint',
  }))
  const clear = button(texts.clear, () => {
    field.focus()
    does.clear()
  })
  const link = button(texts.copy_link, () => does.copyLink(link))
  // A word that is being composed (pinyin) is no word yet.
  let composing = false
  field.addEventListener('compositionstart', () => { composing = true })
  field.addEventListener('compositionend', () => {
    composing = false
    does.search(field.value)
  })
  field.addEventListener('input', () => { if (!composing) does.search(field.value) })
  field.addEventListener('focus', () => does.prepare(), { once: true })
  return {
    element: element('div', { class: 'view-controls', role: 'search' },
      element('label', { for: 'view-search' }, texts.search),
      field,
      element('span', { id: 'view-search-hint', class: 'hint' }, texts.search_hint),
      clear, link, button(texts.download, does.download)),
    /** @param {import('./view.js').View} view */
    show(view) {
      if (field.value !== view.query && !composing) field.value = view.query
      clear.toggleAttribute('disabled', !view.query && !view.filters.size && !view.sort && view.page === 1)
    },
  }
}

/**
 * @param {string} text
 * @param {() => void} pressed
 */
function button(text, pressed) {
  const made = element('button', { type: 'button' }, text)
  made.addEventListener('click', pressed)
  return made
}
