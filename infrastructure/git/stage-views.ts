import type { Change } from '../../domain/event-sourcing/change.ts'
import { ok, type Result } from '../../domain/result.ts'
import { joinPath } from '../../domain/table/record-path.ts'
import type { StageContext } from './stage-context.ts'

/** Views in files of their own name columns as they are called now. One that would take the name of another keeps its own. */
export const stageViews = async (context: StageContext, change: Extract<Change, { readonly type: 'TableChanged' }>): Promise<Result<void>> => {
  const { before, after, renamedColumns } = change
  const isGone = before.columns.some(({ name }) => !after.columns.some((column) => column.name === name))
  if (!isGone && Object.keys(renamedColumns).length === 0) return ok(undefined)
  const directory = joinPath(context.databasePath, context.catalogueCodec.viewsDirectory(before))
  for (const { path, mode } of await context.tree.list(directory)) {
    if (!mode.startsWith('100') || !/^[^/]+\.ya?ml$/.test(path.slice(directory.length + 1))) continue
    const file = await context.tree.read(path)
    if (!file.ok) return file
    const bytes = file.value?.bytes ?? new Uint8Array()
    const edited = context.catalogueCodec.changeView(path, bytes, change)
    if (!edited.ok) return edited
    const isMoved = edited.value.path !== path && !(await context.tree.exists(edited.value.path))
    if (isMoved) context.tree.write(path, undefined)
    if (isMoved || edited.value.bytes !== bytes) context.tree.write(isMoved ? edited.value.path : path, edited.value.bytes, mode)
  }
  return ok(undefined)
}
