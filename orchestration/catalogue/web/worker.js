/** Asking the worker that holds a table. */

/**
 * @typedef {object} Engine
 * @property {(name: string, asked?: object) => Promise<any>} ask rejects where the worker could not answer
 */

/**
 * The file is asked for at once, while the page still reads what it says of the columns.
 * @param {string} parquet its address, from the page
 * @returns {Engine}
 */
export function startEngine(parquet) {
  const worker = new Worker(new URL('./engine.js', import.meta.url), { type: 'module' })
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map()
  let last = 0
  worker.addEventListener('message', ({ data: { id, answer, failed } }) => {
    const asker = waiting.get(id)
    waiting.delete(id)
    if (failed === undefined) asker?.resolve(answer)
    else asker?.reject(new Error(failed))
  })
  worker.addEventListener('error', event => {
    for (const { reject } of waiting.values()) reject(new Error(event.message || 'the worker could not start'))
    waiting.clear()
  })
  worker.postMessage({ id: 0, name: 'begin', asked: { url: new URL(parquet, document.baseURI).href } })
  return {
    ask: (name, asked = {}) => new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject })
      worker.postMessage({ id: last, name, asked })
    }),
  }
}
