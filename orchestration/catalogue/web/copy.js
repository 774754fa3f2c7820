/** Buttons that copy what stands on the page: `<button hidden data-copy="id of an element" data-copied="done">`. */

const SAID_FOR = 2000

/**
 * Copies and lets the button say so for a while.
 * @param {HTMLElement} button
 * @param {string} text
 * @param {string} said
 */
export async function copyAndSay(button, text, said) {
  try {
    await navigator.clipboard.writeText(text)
  } catch (refused) {
    // Pages that came over plain HTTP have no clipboard; a selection can be copied all the same.
    if (!copiedBySelection(text)) throw refused
  }
  if (button.dataset.says === undefined) button.dataset.says = button.textContent ?? ''
  button.textContent = said
  button.setAttribute('aria-live', 'polite')
  setTimeout(() => { button.textContent = button.dataset.says ?? '' }, SAID_FOR)
}

/** @param {string} text */
function copiedBySelection(text) {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('aria-hidden', 'true')
  const before = document.activeElement
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!(button instanceof HTMLElement)) continue
  const source = document.getElementById(button.dataset.copy ?? '')
  if (!source) continue
  button.hidden = false
  button.addEventListener('click', () => copyAndSay(button, source.textContent ?? '', button.dataset.copied ?? ''))
}
