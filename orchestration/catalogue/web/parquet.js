/**
 * Reading one column of one row group of a published Parquet file, over HTTP.
 *
 * Of hyparquet only what decodes a column is loaded, not its planner, filters and queries: half the weight, and columns
 * never become rows.
 */

import { decompress } from './vendor/fzstd/index.js'
import { readColumn } from './vendor/hyparquet/src/column.js'
import { DEFAULT_PARSERS } from './vendor/hyparquet/src/convert.js'
import { parquetMetadataAsync } from './vendor/hyparquet/src/metadata.js'
import { getSchemaPath } from './vendor/hyparquet/src/schema.js'
import { asyncBufferFromUrl, cachedAsyncBuffer } from './vendor/hyparquet/src/utils.js'

/** Up to so many bytes one request for the whole file is quicker than one for each column. */
const SMALL = 2 ** 20
// Published tables are compressed with Zstandard alone.
const compressors = { ZSTD: (/** @type {Uint8Array} */ input, /** @type {number} */ length) => decompress(input, new Uint8Array(length)) }
// A mark at the beginning of a text is a part of it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const parsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (/** @type {Uint8Array} */ bytes) => bytes && decoder.decode(bytes),
  // Days suffice: the dates of registers have no time of day.
  dateFromDays: (/** @type {number} */ days) => days,
}

/** @typedef {{start: number, end: number}} Group rows `start` to before `end` of the file */
/** @typedef {{start: number, values: ArrayLike<any>}} Piece values of a column from row `start` on */
/**
 * @typedef {object} Table
 * @property {number} rows
 * @property {Group[]} groups
 * @property {string[]} names
 * @property {Map<string, string>} physical the physical type of each column, such as INT64
 * @property {(name: string, group: number) => Promise<Piece[]>} read a column of a row group
 */

/**
 * @param {string} url
 * @returns {Promise<Table>}
 */
export async function openParquet(url) {
  const file = cachedAsyncBuffer(await asyncBufferFromUrl({ url }), { minSize: SMALL })
  const metadata = await parquetMetadataAsync(file)
  /** @type {Group[]} */
  const groups = []
  let rows = 0
  for (const { num_rows } of metadata.row_groups) {
    groups.push({ start: rows, end: rows + Number(num_rows) })
    rows += Number(num_rows)
  }
  const leaves = metadata.schema.slice(1)
  return {
    rows,
    groups,
    names: leaves.map(leaf => leaf.name),
    physical: new Map(leaves.map(leaf => [leaf.name, leaf.type ?? ''])),
    async read(name, group) {
      const chunk = metadata.row_groups[group].columns.find(one => one.meta_data?.path_in_schema[0] === name)?.meta_data
      if (!chunk) throw new Error(`the file has no column ${name}`)
      const first = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
      const bytes = await file.slice(first, first + Number(chunk.total_compressed_size))
      const schemaPath = getSchemaPath(metadata.schema, [name])
      const { start, end } = groups[group]
      const { data } = readColumn(
        { view: new DataView(bytes), offset: 0 },
        { groupStart: start, selectStart: 0, selectEnd: end - start },
        { ...chunk, pathInSchema: [name], element: schemaPath[1].element, schemaPath, parsers, compressors },
      )
      let from = start
      return data.map(values => {
        const piece = { start: from, values }
        from += values.length
        return piece
      })
    },
  }
}
