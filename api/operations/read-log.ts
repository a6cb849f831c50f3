import { ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'

/** Commits along the first-parent line, newest first. */
export const readLog: Handler<'readLog'> = (context, input) =>
  askSnapshot(context, input, (snapshot) => {
    const entries = snapshot.readLog({ limit: input.limit, offset: input.offset ?? 0 })
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      entries: entries.map(presentCommit),
    })
  })
