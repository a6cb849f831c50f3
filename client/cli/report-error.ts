import { randomUUID } from 'node:crypto'
import { describeFailure } from '../../api/contract/describe-failure.ts'
import { exitCodes, problems } from '../../api/contract/problem.ts'
import { toProblemDetails } from '../../api/contract/problem-details.ts'
import type { Failure } from '../../api/contract/result.ts'
import { OperationFailed, UsageError } from './errors.ts'
import type { Io } from './io.ts'
import { wantsColor } from './output/wants-color.ts'
import type { GlobalOptions, Session } from './session.ts'

/** Says what went wrong, on the error stream, and returns the exit code for it. */
export const reportError = (error: unknown, session: Session): number => {
  const { io, options } = session
  const report = toReport(error, session)
  io.err(options.json === true ? `${JSON.stringify(report.details)}\n` : formatReport(report, wantsColor(io.errIsTerminal, io, options.color)))
  return session.exitCodeOfFailure ?? report.exit
}

/** Says what went wrong with one of several sources, and returns the exit code for it. */
export const reportSourceFailure = (failure: Failure, source: string, { io, options }: Session): number => {
  const report = reportFailure(failure, options)
  const details = { ...report.details, source }
  const text = formatReport(
    { ...report, summary: `${source}: ${report.summary}`, remedy: undefined },
    wantsColor(io.errIsTerminal, io, options.color),
  )
  io.err(options.json === true ? `${JSON.stringify(details)}\n` : text)
  return report.exit
}

interface Report {
  readonly exit: number
  readonly summary: string
  readonly lines: readonly string[]
  readonly remedy: string | undefined
  readonly details: object
}

const toReport = (error: unknown, { io, options, command }: Session): Report => {
  if (error instanceof OperationFailed) return reportFailure(error.failure, options)
  if (error instanceof UsageError) return reportUsage(error.message, command)
  return reportBug(error, io)
}

const reportFailure = (failure: Failure, options: GlobalOptions): Report => {
  const { summary, lines, remedy } = describeFailure(failure)
  return { exit: problems[failure.kind].exit, summary, lines, remedy: remedy && addPath(remedy, options), details: toProblemDetails(failure) }
}

/** The message may bring a suggestion on a line of its own. */
const reportUsage = (message: string, command: string | undefined): Report => {
  const [summary = '', ...lines] = message.split('\n')
  const detail = [summary, ...lines].join(': ')
  return {
    exit: exitCodes.usage,
    summary,
    lines,
    remedy: command === undefined ? 'ingitdb --help' : `ingitdb ${command} --help`,
    details: { type: '/docs/reference/cli', title: 'The command line cannot be understood', status: 400, detail, kind: 'usage' },
  }
}

/** A bug: the user gets an id to report; the stack only on demand. */
const reportBug = (error: unknown, { env }: Io): Report => {
  const id = randomUUID().slice(0, 8)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const isDebugged = env.INGITDB_DEBUG !== undefined && env.INGITDB_DEBUG !== ''
  const detail = `internal error ${id}: ${error instanceof Error ? firstLine(error.message) : 'something was thrown that is no error'}`
  return {
    exit: exitCodes.internal,
    summary: detail,
    lines: isDebugged ? stack.split('\n') : ['this is a bug in ingitdb; nothing that was acknowledged is lost'],
    remedy: isDebugged ? undefined : 'the same command with INGITDB_DEBUG=1, and report what it says',
    details: { type: '/docs/reference/cli', title: 'Internal error', status: 500, detail, kind: 'internal', id, ...(isDebugged && { stack }) },
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

const formatReport = ({ summary, lines, remedy }: Report, color: boolean): string => {
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  return [
    `${paint(31, 'error:')} ${summary}`,
    ...lines.map((line) => `  ${line}`),
    ...(remedy === undefined ? [] : [`  ${paint(36, 'try:')} ${remedy}`]),
    '',
  ].join('\n')
}

/** The command to try next must look into the same database. */
const addPath = (remedy: string, { path, remote }: GlobalOptions): string => {
  const place = remote === undefined ? path && `--path ${quotePath(path)}` : `--remote ${quotePath(remote)}`
  return place === undefined || !remedy.startsWith('ingitdb ') || remedy.startsWith('ingitdb init') || remedy.includes(' --path ')
    ? remedy
    : `${remedy} ${place}`
}

const quotePath = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
