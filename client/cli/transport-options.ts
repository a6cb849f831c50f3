import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from './errors.ts'
import type { Session } from './session.ts'

export interface TransportOptions {
  readonly timeout?: number
}

/** Options of commands that reach another repository. */
export const addTransportOptions = (command: Command): Command =>
  command.option('--timeout <seconds>', 'give up when the other side says nothing for so long (default: 300)', parseSeconds)

export const toTransportScope = ({ timeout }: TransportOptions): TransportOptions => (timeout === undefined ? {} : { timeout })

/** These commands reach what the repository's own remotes name; `--remote` would name another database. */
export const refuseRemoteOption = ({ options, command }: Session): void => {
  if (options.remote !== undefined) throw new UsageError(`${command} works on a folder: name the remote as an argument, ingitdb ${command} origin`)
  if (options.token !== undefined)
    throw new UsageError('--token goes with --remote: set INGITDB_TOKEN, or the variable of the host, which other programs cannot see')
}

export const parseSeconds = (text: string): number => {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 86_400) throw new InvalidArgumentError('It must be a number of seconds, up to a day.')
  return value
}
