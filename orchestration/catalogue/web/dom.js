/** How elements are made: text goes in as text, whatever it holds. */

/**
 * @param {string} tag
 * @param {Record<string, string|number|boolean|null|undefined>} [attributes] true sets an empty attribute; false, null and undefined none
 * @param {...(Node|string)} children strings become text
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...children)
  return made
}

/**
 * @param {string} text with {name} for what is to be filled in
 * @param {Record<string, string|number>} values numbers are grouped as the language has it
 * @param {string} lang
 */
export function filled(text, values, lang) {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name]
    return typeof value === 'number' ? value.toLocaleString(lang) : value
  })
}
