import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import { emptyCatalogue } from '../../domain/table/table.ts'
import type { WholeDatabase } from '../../domain/validation/whole-database.ts'
import { inDatabase } from './database-path.ts'
import { listTree } from './list-tree.ts'
import { CommitObserver } from './observe-commit.ts'
import type { ObserveContext } from './observe-context.ts'
import { readDefinitions } from './read-definitions.ts'

/**
 * Everything that a commit holds of the database: what the projector would be told of it, had the commit made every file.
 * So what is found wrong here and what is kept in quarantine are one thing.
 */
export const readWholeDatabase = async (context: ObserveContext, commit: CommitId, part: 'definition' | 'all'): Promise<WholeDatabase> => {
  const listed = await listTree(context.objects, commit, { directory: context.databasePath })
  const start = inDatabase(context.databasePath, '').length
  const files = new Map(listed.map(({ path, oid }) => [path.slice(start), oid]))
  if (part === 'definition') {
    const definitions = await readDefinitions(context, commit, { path: context.databasePath, codec: context.catalogueCodec })
    return { catalogue: context.catalogueCodec.read(definitions), tables: [], files }
  }
  const written = listed.map((file) => ({ ...file, bytes: undefined }))
  const observed = await new CommitObserver(context, undefined).observe({ info: infoOf(commit), written, removed: [] })
  const tables = observed.observations.filter((observation) => observation.type === 'TableRead')
  return { catalogue: observed.catalogue ?? emptyCatalogue, tables, files }
}

const nobody = { name: '', email: '' }
const noTime = { seconds: 0, offsetMinutes: 0 }

/** A commit without parents, of which only the id counts. */
const infoOf = (oid: CommitId): CommitInfo => ({
  oid,
  parents: [],
  author: nobody,
  authorTime: noTime,
  committer: nobody,
  committerTime: noTime,
  message: '',
})
