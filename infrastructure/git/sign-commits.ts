import { join } from 'node:path'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { formatTime } from './commit-message.ts'
import type { NewCommit, Signature } from './fast-import.ts'
import type { Git } from './run-git.ts'
import { syncDirectory } from './sync-directory.ts'

interface UnsignedChain {
  readonly head: CommitId | undefined
  readonly commits: readonly NewCommit[]
  /** Their ids, without signatures. */
  readonly written: readonly CommitId[]
}

/** A key may want to be touched, or a passphrase to be typed. */
export const signMsMax = 120_000

/**
 * Writes a chain of commits once more, with signatures: `git fast-import` cannot sign, but it has written the trees. One process a commit, since
 * each names the one before.
 * @param settings  see `CommitSettings.signing`
 * @returns ids of the signed commits, or what the program that signs said
 */
export const signCommits = async (
  git: Git,
  settings: readonly string[],
  { head, commits, written }: UnsignedChain,
): Promise<Result<readonly CommitId[], string>> => {
  const signed: CommitId[] = []
  for (const [index, commit] of commits.entries()) {
    const first = signed.at(-1) ?? head
    const parents = [...(first === undefined ? [] : [first]), ...commit.parents].flatMap((parent) => ['-p', parent])
    const { code, stdout, stderr } = await git.run(['commit-tree', '-S', ...parents, '-F', '-', `${written[index]}^{tree}`], {
      input: commit.message,
      settings: [...settings, 'i18n.commitEncoding=UTF-8'],
      environment: signingEnvironment(commit),
      timeoutMs: signMsMax,
    })
    const oid = code === 0 ? parseCommitId(stdout.toString().trim()) : undefined
    if (oid === undefined)
      return fail(`the commit could not be signed, as commit.gpgSign asks: ${stderr.trim() || 'the program that signs gave no answer'}`)
    signed.push(oid)
  }
  const objects = join(git.location.commonDirectory, 'objects')
  for (const directory of new Set(signed.map((oid) => join(objects, oid.slice(0, 2))))) await syncDirectory(directory)
  await syncDirectory(objects)
  return ok(signed)
}

/** Environment of a git that makes a signed commit. */
export const signingEnvironment = ({ author, committer }: Pick<NewCommit, 'author' | 'committer'>): Record<string, string> => ({
  ...agentEnvironment(),
  ...environmentOf('AUTHOR', author),
  ...environmentOf('COMMITTER', committer),
})

/** The leading @ says that what follows is seconds, also when they are few. */
const environmentOf = (role: 'AUTHOR' | 'COMMITTER', { person, time }: Signature): Record<string, string> => ({
  [`GIT_${role}_NAME`]: person.name,
  [`GIT_${role}_EMAIL`]: person.email,
  [`GIT_${role}_DATE`]: `@${formatTime(time)}`,
})

/** How the user's agents are reached, and how they ask for a passphrase. */
const inherited = [
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'GNUPGHOME',
  'GPG_TTY',
  'TERM',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'APPDATA',
  'LOCALAPPDATA',
]

const agentEnvironment = (): Record<string, string> => {
  const environment: Record<string, string> = {}
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}
