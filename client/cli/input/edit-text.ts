import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeFailure } from '../../../api/contract/describe-failure.ts'
import type { Failure } from '../../../api/contract/result.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import type { Session } from '../session.ts'

export interface EditableText {
  readonly text: string
  /** Name of the file that the editor sees, which tells it the syntax. */
  readonly fileName: string
  /** Takes what was written. A failure opens the editor again, with what is wrong on top. */
  accept(text: string): Promise<void>
}

/**
 * Lets a person change a text in their editor (`$VISUAL`, then `$EDITOR`, then `vi`), until it is accepted.
 *
 * @returns whether something was accepted: a text left as it was, or without a line that is no comment, means that nothing is to be done
 * Throws the failure when a person gives up on a text that is not accepted, and says where that text is kept.
 */
export const editText = async (session: Session, { text, fileName, accept }: EditableText): Promise<boolean> => {
  const command = chooseEditor(session)
  const folder = await mkdtemp(join(tmpdir(), 'ingitdb-edit-'))
  const file = join(folder, fileName)
  let problem: OperationFailed | undefined
  let shown = text
  for (let round = 0; round < roundsMax; round++) {
    const written = await openEditor(session, { command, file, text: shown }).catch(async (error) => {
      await rm(folder, { recursive: true, force: true })
      throw error
    })
    const isUntouched = written === shown
    if (isEmpty(written) || (isUntouched && problem === undefined)) {
      await rm(folder, { recursive: true, force: true })
      return false
    }
    if (isUntouched) break
    const content = withoutProblem(written)
    const refused = await accept(content).catch(toRefusal)
    if (refused === undefined) {
      await rm(folder, { recursive: true, force: true })
      return true
    }
    problem = refused
    if (!mendable.includes(refused.failure.kind)) break
    shown = `${describeProblem(refused, fileName)}${content}`
  }
  session.say(`note: what you wrote is kept in ${file}`)
  throw problem ?? new UsageError('the editor was opened too often')
}

const toRefusal = (error: unknown): OperationFailed => {
  if (error instanceof OperationFailed) return error
  throw error
}

/** What another text can mend; a record that changed meanwhile, say, is not among it. */
const mendable: readonly string[] = ['invalid-input', 'constraint-violation', 'not-found', 'already-exists', 'limit-exceeded']

const roundsMax = 20
const problemMark = '#! '

const openEditor = async (
  session: Session,
  { command, file, text }: { readonly command: readonly string[]; readonly file: string; readonly text: string },
): Promise<string> => {
  await writeFile(file, text, { mode: 0o600 })
  const code = await session.io.runInForeground([...command, file])
  if (code === undefined) throw new UsageError(`the editor "${command.join(' ')}" cannot be started: set VISUAL or EDITOR`)
  if (code !== 0) throw new UsageError(`the editor "${command.join(' ')}" ended with code ${code}: nothing is done`)
  return (await readFile(file, 'utf8')).replaceAll('\r\n', '\n')
}

/** Words between blanks, with quotes around those that hold blanks; no shell reads them. */
const chooseEditor = ({ io }: Session): readonly string[] => {
  const written = [io.env.VISUAL, io.env.EDITOR].find((text) => text !== undefined && text.trim() !== '')
  if (written === undefined && !(io.stdinIsTerminal && io.outIsTerminal))
    throw new UsageError('there is no terminal to edit in: set VISUAL or EDITOR')
  return [...(written ?? defaultEditor).matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}

const defaultEditor = process.platform === 'win32' ? 'notepad' : 'vi'

const isEmpty = (text: string): boolean => text.split('\n').every((line) => line.trim() === '' || line.startsWith('#'))

const withoutProblem = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith(problemMark))
    .join('\n')

/** Lines to put on top of a text, which then stands as many lines lower. */
const describeProblem = ({ failure }: OperationFailed, fileName: string): string => {
  const count = sayProblem(failure).length
  const shifted: Failure =
    'issues' in failure
      ? {
          ...failure,
          issues: failure.issues.map((issue) =>
            issue.file === fileName && issue.line !== undefined ? { ...issue, line: issue.line + count } : issue,
          ),
        }
      : failure
  return sayProblem(shifted)
    .map((line) => `${problemMark}${line}\n`)
    .join('')
}

const sayProblem = (failure: Failure): readonly string[] => {
  const { summary, lines } = describeFailure(failure)
  return [`not written: ${summary}`, ...lines]
}
