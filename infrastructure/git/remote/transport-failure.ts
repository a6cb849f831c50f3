import type { Failure } from '../../../domain/failure.ts'
import { redactAddresses } from '../../../domain/remote/remote-address.ts'
import type { TransportOutput } from './follow-transport.ts'

interface Attempt {
  readonly url: string
  /** What to do when the other side wants to know who is there. */
  readonly signIn: string
}

/** Why another repository could not be reached, in one sentence, with what to do about it; no password is in it. */
export const transportFailure = ({ stderr, stdout, ended }: TransportOutput, { url, signIn }: Attempt): Failure => {
  const what = redactAddresses(url)
  if (ended === 'aborted') return { kind: 'unavailable', what, why: 'it was interrupted' }
  if (ended === 'stalled') return { kind: 'unavailable', what, why: 'nothing came from it for too long: try again, or wait longer with --timeout' }
  const refused = /^!\t[^\t]*\t(.*)$/m.exec(stdout.toString())?.[1]
  const lines = stderr.split('\n').filter((line) => !line.startsWith('remote: ') && !line.startsWith('warning: '))
  const said = refused ?? lines.find((line) => telling.test(line)) ?? lines.find((line) => /^(fatal|error|ssh): /.test(line)) ?? lines[0] ?? ''
  const why = redactAddresses(said.trim().replace(/^(fatal|error): /, ''))
  const next = hints.find(({ pattern }) => pattern.test(why))
  const hint = next === undefined ? '' : `; ${next.hint ?? signIn}`
  return { kind: 'unavailable', what, why: `${why === '' ? 'git could not reach it' : why}${hint}` }
}

/** Lines that say more than the last one, which only says that there was something. */
const telling =
  /permission denied|host key verification failed|could not resolve host|connection (refused|timed out|closed)|does not appear to be a git repository|repository .*not found/i

const hints: readonly { readonly pattern: RegExp; readonly hint?: string }[] = [
  { pattern: /permission denied \(/i, hint: 'the other side does not know your ssh key' },
  { pattern: /could not read (username|password)|authentication failed|permission denied|\b40[13]\b/i },
  { pattern: /host key verification failed/i, hint: 'connect to it once with ssh, so that its key is known' },
  { pattern: /not found|does not appear to be a git repository/i, hint: 'is the address right?' },
  { pattern: /detected dubious ownership/i, hint: 'git config --global --add safe.directory lets you use it' },
]
