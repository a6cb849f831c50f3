import { ok, type Result } from '../domain/result.ts'
import type { Digest } from '../domain/table/codecs.ts'
import { isLiteralName } from '../domain/table/file-name-pattern.ts'
import {
  definitionDirectoryOf,
  definitionFileNames,
  joinPath,
  listRecordPaths,
  parseRecordPath,
  placementOf,
  recordsDirectoryOf,
} from '../domain/table/record-path.ts'
import type { Table } from '../domain/table/table.ts'
import type { ReadModel } from '../projections/read-model.ts'
import type { Snapshot } from '../projections/snapshot.ts'
import { describeFailure } from './contract/describe-failure.ts'
import type { DatabaseStatus, DoctorFinding, UncommittedScope } from './database.ts'
import type { RefsNow } from './resolve-moment.ts'

/** The repository and the files around it, as the wiring can look at them. */
export interface Inspection {
  readonly directory: string
  readonly bare: boolean
  readonly readModelFile: { readonly path: string; sizeBytes(): number }
  /** Paths that differ from HEAD; looks at every file. */
  readUncommitted(): Promise<readonly string[]>
  /** The same for some files and directories; these and the answer are relative to the database. */
  readUncommittedAt(paths: readonly string[]): Promise<Result<readonly string[]>>
  /** Whether a file has the bytes of a git blob, or neither exists. */
  holdsBlob(path: string, blob: string | undefined): boolean
  readonly digest: Digest
  isWorkTreeBehind(): boolean
  /** The git program's version, or why it cannot be used for writing. */
  readGitVersion(): Promise<Result<string>>
  /** What `git fsck` finds wrong with objects and refs; empty when nothing is. */
  checkRepository(): Promise<string>
  /** Whether git merges files of the database with our driver, would do so if it knew it, or is not asked to. */
  readMergeDriver(): Promise<'registered' | 'incomplete' | 'unused'>
}

/** Where the database stands. Starts git and looks at every file of the work tree, so it is for people to ask, not for every request. */
export const readStatus = async (inspection: Inspection, refs: RefsNow, readModel: ReadModel): Promise<DatabaseStatus> => {
  const branch = refs.readCurrentBranch()
  const { path, sizeBytes } = inspection.readModelFile
  const commits = readModel.reader.sql<{ n: number }>('select count(*) n from commits').get()?.n ?? 0
  return {
    directory: inspection.directory,
    bare: inspection.bare,
    branch,
    commit: branch && refs.readHead(branch),
    readModel: { file: path, sizeBytes: sizeBytes(), commits },
    uncommitted: await inspection.readUncommitted(),
    workTreeBehind: inspection.isWorkTreeBehind(),
  }
}

/** See `Database.readUncommitted`. Files that are neither records nor definitions of the table do not count. */
export const findUncommitted = async (inspection: Inspection, { table, record }: UncommittedScope): Promise<Result<readonly string[]>> => {
  if (inspection.bare) return ok([])
  if (record !== undefined && placementOf(table) === 'key') {
    const paths = listRecordPaths(table, record.key, inspection.digest)
    const [path] = paths
    return path !== undefined && paths.length === 1 && inspection.holdsBlob(path, record.revision) ? ok([]) : inspection.readUncommittedAt(paths)
  }
  const definitions = definitionDirectoryOf(table)
  const paths = await inspection.readUncommittedAt([definitions, recordsOf(table)].map((path) => (path === '' ? '.' : path)))
  const isDefinition = (path: string) =>
    path.startsWith(`${definitions}/.`) || definitionFileNames.some((name) => path === joinPath(definitions, name))
  return paths.ok ? ok(paths.value.filter((path) => isDefinition(path) || parseRecordPath(table, path) !== undefined)) : paths
}

/** A file or directory that all records of a table lie in. */
const recordsOf = (table: Table): string => {
  if (table.steps !== undefined) return table.directory
  const directory = joinPath(table.directory, recordsDirectoryOf(table))
  return isLiteralName(table.recordFile.name) ? joinPath(directory, table.recordFile.name) : directory
}

/** Every check, each with what to do about it; none of them changes anything. */
export const runDoctor = async (inspection: Inspection, refs: RefsNow, { readModel, snapshot }: DoctorSources): Promise<readonly DoctorFinding[]> => {
  const version = await inspection.readGitVersion()
  const objects = await inspection.checkRepository()
  const pages = readModel.reader.sql<{ quick_check: string }>('pragma quick_check').get()?.quick_check ?? 'no answer'
  const behind = inspection.isWorkTreeBehind()
  const branch = refs.readCurrentBranch()
  const mergeDriver = await inspection.readMergeDriver()
  return [
    finding('git', version.ok, {
      detail: version.ok ? version.value : describeFailure(version.failure).summary,
      remedy: 'install git 2.38 or newer',
    }),
    finding('branch', branch !== undefined, { detail: branch ?? 'HEAD is detached', remedy: 'git switch BRANCH' }),
    finding('objects', objects === '', { detail: objects || 'git fsck finds nothing wrong', remedy: 'git fsck --full' }),
    finding('read-model', pages === 'ok', { detail: pages === 'ok' ? inspection.readModelFile.path : pages, remedy: 'ingitdb rebuild' }),
    finding('work-tree', !behind, {
      detail: behind ? 'a write was committed, but the files in the work tree could not follow' : 'the files follow the branch',
      remedy: 'finish the git command that is running, then run any ingitdb command',
    }),
    finding('merge-driver', mergeDriver !== 'incomplete', { detail: driverDetails[mergeDriver], remedy: 'ingitdb setup' }),
    ...checkContents(snapshot),
  ]
}

const driverDetails = {
  registered: 'git merges with ingitdb',
  incomplete: '.gitattributes names it, but git does not know it in this clone, and merges by lines',
  unused: 'git merges by lines; "ingitdb setup" makes it merge as ingitdb does',
}

export interface DoctorSources {
  readonly readModel: ReadModel
  readonly snapshot: Result<Snapshot>
}

const checkContents = (snapshot: Result<Snapshot>): readonly DoctorFinding[] => {
  if (!snapshot.ok) return [finding('contents', false, { detail: describeFailure(snapshot.failure).summary, remedy: 'git log' })]
  const { problems } = snapshot.value.catalogue
  const quarantine = snapshot.value.readQuarantine()
  return [
    finding('definitions', problems.length === 0, {
      detail:
        problems.length === 0 ? 'all can be read' : listPlaces(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`, problems),
      remedy: 'ingitdb validate',
    }),
    finding('records', quarantine.length === 0, {
      detail:
        quarantine.length === 0
          ? 'all can be read'
          : listPlaces(
              `${quarantine.length} cannot be read`,
              quarantine.map(({ path, ...rest }) => ({ ...rest, file: path })),
            ),
      remedy: 'ingitdb validate',
    }),
  ]
}

/** Files that one finding lists at most. */
const placesMax = 20

interface Place {
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly message: string
}

/** A first line that counts, then one for each file with its line and the reason. */
const listPlaces = (count: string, places: readonly Place[]): string => {
  const lines = places
    .slice(0, placesMax)
    .map(({ file, line, message }) => [file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `, message].join(''))
  const more = places.length > placesMax ? [`and ${places.length - placesMax} more`] : []
  return [`${count}:`, ...lines, ...more].join('\n')
}

const finding = (check: string, isGood: boolean, { detail, remedy }: { readonly detail: string; readonly remedy: string }): DoctorFinding =>
  isGood ? { check, ok: true, detail } : { check, ok: false, detail, remedy }
