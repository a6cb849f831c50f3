import { join } from 'node:path'
import { type OperationInput, type OperationName, operations } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { commitForeign } from './commit-foreign.ts'
import { openDatabaseAt } from './local-database.ts'
import { runGit, temporaryFolder } from './temporary-repository.ts'

/** Text by path; null removes the file. */
export type Files = Readonly<Record<string, string | null>>

/** A database whose branches `main`, checked out, and `proposal` stand at the same commit. */
export interface TwoBranches extends AsyncDisposable {
  readonly path: string
  readonly database: Database
}

export const openTwoBranches = async (start: Files): Promise<TwoBranches> => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'db')
  await initLocal(path)
  commitOurs(path, start)
  runGit(path, 'branch', 'proposal')
  const database = await openDatabaseAt(path)
  return {
    path,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** A commit on `main`, with the checked-out files after it. @returns its id */
export const commitOurs = (path: string, files: Files): string => {
  const commit = commitForeign(path, files)
  runGit(path, 'reset', '--quiet', '--hard')
  return commit
}

/** A commit on `proposal`. @returns its id */
export const commitTheirs = (path: string, files: Files): string => commitForeign(path, files, 'proposal')

/** Asks as the local user does; the answer has to have the shape that the operation table promises. */
export const callChecked = async <Name extends OperationName>(database: Database, name: Name, input: OperationInput<Name>) => {
  const answer = await callLocal(database)(name, input)
  if (answer.ok) operations[name].output.parse(answer.value)
  return answer
}
