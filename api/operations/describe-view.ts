import { asJson, type JsonObject } from '../../domain/json.ts'
import { ok } from '../../domain/result.ts'
import type { View } from '../../domain/view/view.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'
import { findView, readTableViews } from './read-table-views.ts'

/** What a view is made of, in the words of the definition files. */
export const describeView: Handler<'describeView'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const read = await readTableViews(context, snapshot, input.table === undefined ? undefined : [input.table])
    const found = read.ok ? findView(read.value, input.view) : read
    if (!found.ok) return found
    return ok({ ...(snapshot.commit !== undefined && { commit: snapshot.commit }), definition: describe(found.value.view) })
  })

const describe = (view: View): JsonObject =>
  Object.fromEntries(
    Object.entries({
      table: view.table,
      name: view.name,
      file: view.file,
      titles: view.titles,
      columns: view.columns.length === 0 ? undefined : view.columns,
      where: view.where,
      order_by: view.orderBy,
      top: view.top,
      format: view.format,
      formats: view.formats.length === 0 ? undefined : view.formats,
      file_name: view.fileName,
      max_batch_size: view.maxBatchSize,
      template: view.template,
      records_var_name: view.recordsVariable,
      include_hash: view.includeHash,
      records_delimiter: view.recordsDelimiter,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, asJson(value)]])),
  )
