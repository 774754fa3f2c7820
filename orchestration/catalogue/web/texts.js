/** What the scripts say, in the language of the page (made from web/texts.yaml when the site is built), and other JSON. */

/**
 * @param {string} lang
 * @returns {Promise<Record<string, string>>}
 */
export function textsOf(lang) {
  return jsonOf(new URL(`./texts-${lang}.json`, import.meta.url).href)
}

/**
 * @param {string} address
 * @returns {Promise<any>}
 */
export async function jsonOf(address) {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return answer.json()
}
