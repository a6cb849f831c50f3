import type { CommitId } from '../domain/ids.ts'
import { ok, type Result } from '../domain/result.ts'
import { SnapshotLost } from '../projections/open-snapshot.ts'
import { ReadModelDamaged } from '../projections/read-database.ts'
import type { SqlEnd, SqlRequest, SqlRunner } from '../projections/record-versions/sql/sql-runner.ts'
import type { SqlTable } from '../projections/record-versions/sql/sql-table.ts'
import type { ReadModelHolder } from './hold-read-model.ts'

/** Has a statement run over the read model as it is now; again when its commits were forgotten meanwhile, or the file was no read model. */
export const runSql = (
  held: ReadModelHolder,
  loadSql: () => Promise<SqlRunner>,
  [request, limits]: readonly [request: SqlRequest, limits: Parameters<SqlRunner['run']>[1]],
): Promise<Result<SqlEnd>> =>
  held.ask(async (readModel) => {
    const commits = request.tables.flatMap(({ source }) => commitsOf(source))
    for (const commit of commits) await readModel.ensureProjected(commit, undefined, commits)
    const end = await (await loadSql()).run(request, limits)
    if (end.type === 'lost') throw new SnapshotLost(end.message)
    if (end.type === 'damaged') throw new ReadModelDamaged(end.message)
    return ok(end)
  })

const commitsOf = (source: SqlTable): readonly CommitId[] => {
  if (source.kind === 'refs') return []
  if (source.kind === 'diff') return [source.from, source.to]
  return source.commit === undefined ? [] : [source.commit]
}
