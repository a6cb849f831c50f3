import { isJsonObject } from '../../../domain/json.ts'
import type { ViewCodec } from '../../../domain/view/view-ports.ts'
import { concernsViews, readViews } from '../definition/read-views.ts'
import { parseJson } from '../json/parse-json.ts'
import { isGeneratedReadme, writeReadme } from './readme.ts'
import { renderExport } from './render-export.ts'

/** Definitions of views as the Go tools have them, and the files that they become. */
export const viewCodec: ViewCodec = {
  concerns: concernsViews,
  read: readViews,
  readFields: (text) => {
    const parsed = parseJson(text)
    if (!parsed.ok || !isJsonObject(parsed.value)) throw new Error('a record of the read model is no JSON object')
    return parsed.value
  },
  render: renderExport,
  renderReadme: (readme) => Buffer.from(writeReadme(readme)),
  isGeneratedReadme,
}
