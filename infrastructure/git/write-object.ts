import { cleanPerson } from '../../domain/event-sourcing/clean-person.ts'
import type { CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { Person } from '../../domain/event-sourcing/operation.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { formatTime } from './commit-message.ts'
import type { Git } from './run-git.ts'

/** Writes one object of some kind; git checks its form. @returns its id. Throws when git cannot write, on a full disk for instance. */
export const writeObject = async (git: Git, type: 'blob' | 'tree' | 'commit' | 'tag', content: string | Uint8Array): Promise<CommitId> => {
  const { code, stdout, stderr } = await git.run(['hash-object', '-w', '-t', type, '--stdin'], { input: content })
  const oid = parseCommitId(stdout.toString().trim())
  if (code !== 0 || oid === undefined) throw new Error(`git hash-object exited with ${code}: ${stderr.trim()}`)
  return oid
}

/** A person and a time as git writes them into its objects. */
export const formatIdent = (person: Person, time: CommitTime): string => {
  const { name, email } = cleanPerson(person)
  return `${name} <${email}> ${formatTime(time)}`
}
