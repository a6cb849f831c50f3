import type { EventStore } from '../domain/event-sourcing/event-store.ts'
import type { ProjectorPorts } from './projector.ts'
import { ReadModelDamaged } from './read-database.ts'
import { createReadModel, type ReadModel } from './read-model.ts'
import type { ReadModelFile } from './read-model-file.ts'
import type { ReadJson } from './record-versions/read-json.ts'
import { createReadModelTables } from './record-versions/schema.ts'

/** What a read model is opened and built from. */
export interface ReadModelSources {
  readonly refs: Pick<EventStore, 'readHead' | 'readCurrentBranch'>
  readonly readJson: ReadJson
  loadPorts(): Promise<ProjectorPorts>
}

/** Told how far a build is, in commits. */
type ReportProgress = (done: number, total: number) => void

/** Opens the read model in a file, building it from git first when there is none that can be used. */
export const openReadModel = async (file: ReadModelFile, sources: ReadModelSources, onProgress: ReportProgress | undefined): Promise<ReadModel> => {
  try {
    if (file.exists()) return openConnections(file, sources)
  } catch (error) {
    if (!(error instanceof ReadModelDamaged)) throw error
  }
  return withTurn(file, async () => {
    try {
      if (file.exists()) return openConnections(file, sources) // somebody else has built it meanwhile
    } catch (error) {
      if (!(error instanceof ReadModelDamaged)) throw error
    }
    await buildReadModel(file, sources, onProgress)
    return openConnections(file, sources)
  })
}

/** Builds the read model from git again beside the file in use, which answers until then; and opens it. */
export const rebuildReadModel = (file: ReadModelFile, sources: ReadModelSources, onProgress: ReportProgress | undefined): Promise<ReadModel> =>
  withTurn(file, async () => {
    await buildReadModel(file, sources, onProgress)
    return openConnections(file, sources)
  })

const withTurn = async <T>(file: ReadModelFile, work: () => Promise<T>): Promise<T> => {
  const release = await file.lock.take()
  try {
    return await work()
  } finally {
    release()
  }
}

const openConnections = (file: ReadModelFile, { refs, readJson, loadPorts }: ReadModelSources): ReadModel => {
  const identity = file.identity()
  return createReadModel({
    reader: file.openReader(),
    openWriter: file.openWriter,
    lock: file.lock,
    isCurrent: () => file.identity() === identity,
    readJson,
    readHead: refs.readHead,
    loadPorts,
  })
}

/** Reads the current branch from git into a new file; other branches and moments are read when somebody asks for them. */
const buildReadModel = (file: ReadModelFile, { refs, loadPorts }: ReadModelSources, onProgress: ReportProgress | undefined): Promise<void> =>
  file.build(async (db) => {
    const branch = refs.readCurrentBranch()
    const head = branch && refs.readHead(branch)
    db.tryBegin()
    createReadModelTables(db)
    if (head !== undefined) {
      const [ports, { createProjector }] = await Promise.all([loadPorts(), import('./projector.ts')])
      const projector = createProjector(db, ports, 'build')
      await projector.catchUp(head, { branch }, onProgress)
      projector.createIndexes()
    }
    db.commit()
  })
