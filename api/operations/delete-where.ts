import { commitWhere } from './commit-where.ts'
import type { Handler } from './operation-context.ts'

/** Deletes every record that matches, in one commit. */
export const deleteWhere: Handler<'deleteWhere'> = (context, input) => commitWhere(context, input, (target) => ({ type: 'DeleteRecord', ...target }))
