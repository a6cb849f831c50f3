import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Person } from '../../domain/event-sourcing/operation.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Git } from './run-git.ts'

/** Who commits, and whether commits are signed, as git's configuration says. */
export interface CommitSettings {
  /** `undefined`: nobody is configured. */
  readonly committer: Person | undefined
  /** Settings for the git that signs, `name=value`; `undefined`: commits are not signed. */
  readonly signing: readonly string[] | undefined
}

/** Programs that sign, with what git takes when none is named. They are taken from the user's own and the system's configuration alone. */
const programs: readonly (readonly [name: string, standard: string])[] = [
  ['gpg.program', 'gpg'],
  ['gpg.openpgp.program', 'gpg'],
  ['gpg.x509.program', 'gpgsm'],
  ['gpg.ssh.program', 'ssh-keygen'],
  ['gpg.ssh.defaultkeycommand', ''],
]

/** Reads the settings once, and again when one of the files has changed that git reads them from. What those include is not looked at. */
export const createCommitSettings = (git: Git): (() => Promise<Result<CommitSettings, string>>) => {
  let known: { readonly stamp: string; readonly settings: Promise<Result<CommitSettings, string>> } | undefined
  return () => {
    const stamp = stampOf(git)
    if (known?.stamp !== stamp) known = { stamp, settings: readCommitSettings(git) }
    return known.settings
  }
}

const stampOf = ({ location: { commonDirectory, gitDirectory } }: Git): string => {
  const { HOME: home = '', XDG_CONFIG_HOME: configHome = join(home, '.config') } = process.env
  const files = [join(commonDirectory, 'config'), join(gitDirectory, 'config.worktree'), join(home, '.gitconfig'), join(configHome, 'git', 'config')]
  const stamps = files.map((file) => {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeMs}`
  })
  return [...stamps, process.env.GIT_COMMITTER_NAME, process.env.GIT_COMMITTER_EMAIL].join()
}

/**
 * Reads what git itself would go by: `committer.*` and `user.*` after `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL` of our environment, and
 * `commit.gpgSign`, `gpg.format`, `user.signingKey`. Starts git.
 * @returns why not, when the repository's own configuration names a program to sign with: whoever can write a file there could run anything
 */
const readCommitSettings = async (git: Git): Promise<Result<CommitSettings, string>> => {
  const { code, stdout, stderr } = await git.run(['config', '--list', '--show-scope', '--includes', '-z'])
  if (code !== 0) return fail(`git config: ${stderr.trim()}`)
  const { all, trusted } = parseConfiguration(stdout.toString())
  const [name, email] = [
    process.env.GIT_COMMITTER_NAME || all.get('committer.name') || all.get('user.name'),
    process.env.GIT_COMMITTER_EMAIL || all.get('committer.email') || all.get('user.email'),
  ]
  const committer = name !== undefined && email !== undefined ? { name, email } : undefined
  if (!isTrue(all.get('commit.gpgsign'))) return ok({ committer, signing: undefined })
  const named = programs.find(([program]) => all.get(program) !== trusted.get(program))?.[0]
  if (named !== undefined)
    return fail(
      `this repository's own configuration names a program to sign with (${named}), which is only taken from yours: git config --global ${named}`,
    )
  const signing = [
    `gpg.format=${all.get('gpg.format') ?? 'openpgp'}`,
    ...(all.has('user.signingkey') ? [`user.signingKey=${all.get('user.signingkey')}`] : []),
    ...programs.map(([program, standard]) => `${program}=${programOf(program, trusted) ?? standard}`),
  ]
  return ok({ committer, signing })
}

/** The older name of the program for OpenPGP counts where the newer one is not set. */
const programOf = (name: string, trusted: ReadonlyMap<string, string>): string | undefined =>
  trusted.get(name) ?? (name === 'gpg.openpgp.program' ? trusted.get('gpg.program') : undefined)

interface Configuration {
  readonly all: ReadonlyMap<string, string>
  /** What the repository's own files do not say. */
  readonly trusted: ReadonlyMap<string, string>
}

/** @param listing  scopes and entries by turns; an entry is its name, and after a line break its value, where it has one */
const parseConfiguration = (listing: string): Configuration => {
  const [all, trusted] = [new Map<string, string>(), new Map<string, string>()]
  const parts = listing.split('\0')
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [scope, entry = ''] = parts.slice(index, index + 2)
    const end = entry.indexOf('\n')
    const [name, value] = end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]
    if (scope === 'command') continue // our own
    all.set(name.toLowerCase(), value)
    if (scope === 'system' || scope === 'global') trusted.set(name.toLowerCase(), value)
  }
  return { all, trusted }
}

const isTrue = (value: string | undefined): boolean => value !== undefined && (/^(true|yes|on)$/i.test(value) || Number.parseInt(value, 10) > 0)
