import type { Format } from '../options.ts'
import type { Session } from '../session.ts'
import type { Rows } from './format-rows.ts'
import { formatForTerminal, formatRow, formatRows } from './format-rows.ts'

/** Prints one object: YAML for people, JSON for programs, unless a format is asked for. */
export const printObject = async (session: Session, rows: Rows, format: Format | undefined): Promise<void> =>
  print(
    session,
    formatRow(format ?? chooseFormat(session, 'yaml'), rows, () => session.formats()),
  )

/** Prints a list: a table for people, a JSON array for programs, unless a format is asked for. */
export const printList = async (session: Session, rows: Rows, format: Format | undefined): Promise<void> => {
  const { columns } = session.io
  const chosen = format ?? chooseFormat(session, 'md')
  if (format === undefined && chosen === 'md' && columns !== undefined)
    return session.io.out(formatForTerminal(rows, { width: columns, isColored: session.usesColor() }))
  await print(
    session,
    formatRows(chosen, rows, () => session.formats()),
  )
}

/** Prints a list of things with ids: a table for people, one id per line for programs, unless a format is asked for. */
export const printIds = async (
  session: Session,
  { ids, ...rows }: Rows & { readonly ids: readonly string[] },
  format: Format | undefined,
): Promise<void> => {
  if (format !== undefined || session.options.json === true || session.io.outIsTerminal) return printList(session, rows, format)
  await session.io.out(ids.map((id) => `${id}\n`).join(''))
}

/** Where the next page starts: a note for people; one JSON object on the error stream for programs. */
export const sayNextOffset = (session: Session, next: number | undefined): void => {
  if (next === undefined) return
  if (session.options.json === true) session.io.err(`${JSON.stringify({ next })}\n`)
  else session.say(`note: there are more, go on with --offset ${next}`)
}

/** Says what was done, on the error stream, and prints the answer when JSON is asked for. */
export const printDone = async (session: Session, answer: object, message: string): Promise<void> => {
  session.say(message)
  if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
}

/** Plain answers as rows: they hold no numbers that JSON would change. Members named in `columns` come first. */
export const toRows = (columns: readonly string[], answers: readonly object[]): Rows => ({
  columns,
  rows: answers.map((answer) => JSON.stringify(answer)),
})

const chooseFormat = ({ options, io }: Session, forPeople: Format): Format => (options.json !== true && io.outIsTerminal ? forPeople : 'json')

const print = async ({ io }: Session, pieces: AsyncIterable<string | Uint8Array>): Promise<void> => {
  for await (const piece of pieces) await io.out(piece)
}
