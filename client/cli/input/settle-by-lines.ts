import { type Conflict, formatConflicts } from '../output/format-conflicts.ts'
import type { Session } from '../session.ts'
import type { Choice, ConflictList, Item } from './conflict-list.ts'
import { type Ending, explain } from './settle-on-screen.ts'

const choices: Readonly<Record<string, Choice>> = { o: { take: 'ours' }, t: { take: 'theirs' }, b: { take: 'base' }, d: { delete: true } }
const help = 'o ours, t theirs, b base, d delete, e edit, s skip, q leave'

/**
 * Asks about each open conflict in a line of its own, and reads the answers line by line: for scripts, pipes and screen readers.
 * The end of the input leaves. @returns whether the merge shall be finished now
 */
export const settleByLines = async (session: Session, list: ConflictList): Promise<Ending> => {
  const lines = readLines(session.io.stdin)
  const ask = async (question: string): Promise<string | undefined> => {
    session.io.err(`${question} `)
    const { value, done } = await lines.next()
    return done === true ? undefined : value.trim().toLowerCase()
  }
  const skipped = new Set<string>()
  for (;;) {
    const item = list.items.find(({ id, settled }) => settled === undefined && !skipped.has(id))
    if (item === undefined) break
    const position = list.items.indexOf(item) + 1
    session.io.err(`\n${position} of ${list.items.length}\n`)
    await session.io.out(formatConflicts([item.conflict], { color: session.usesColor(), width: session.io.columns }))
    const ending = await settleOne(list, item, { ask, skip: () => skipped.add(item.id), say: (text) => session.io.err(`${text}\n`) })
    if (ending !== undefined) return ending
  }
  if (list.openCount > 0) return 'leave'
  return /^y(es)?$/.test((await ask('everything is settled: finish the merge? [y/N]')) ?? '') ? 'finish' : 'leave'
}

interface Dialogue {
  ask(question: string): Promise<string | undefined>
  skip(): void
  say(text: string): void
}

const settleOne = async (list: ConflictList, item: Item, { ask, skip, say }: Dialogue): Promise<Ending | undefined> => {
  const record = await askRecord(item.conflict, ask)
  if (record === undefined) return 'leave'
  const answer = await ask(`${help}:`)
  if (answer === undefined || answer === 'q') return 'leave'
  const choice = choices[answer.slice(0, 1)]
  try {
    if (answer === 's') skip()
    else if (answer === 'e') {
      if (!(await list.edit(item, record))) say('nothing was changed: it is still open')
    } else if (choice === undefined || !isWordOf(answer)) say(`"${answer}" is none of these`)
    else await list.settle(item, choice, record)
  } catch (error) {
    say(`error: ${explain(error)}`)
  }
  return undefined
}

const isWordOf = (answer: string): boolean => ['ours', 'theirs', 'base', 'delete'].some((word) => word === answer || word[0] === answer)

/** Which of the records that a broken rule involves is settled; the first when there is one. */
const askRecord = async ({ type, involved = [] }: Conflict, ask: Dialogue['ask']): Promise<number | undefined> => {
  if (type !== 'constraint' || involved.length < 2) return 0
  const answer = await ask(`which record, 1 to ${involved.length}:`)
  if (answer === undefined || answer === 'q') return undefined
  const chosen = Number(answer)
  return Number.isInteger(chosen) && chosen >= 1 && chosen <= involved.length ? chosen - 1 : 0
}

async function* readLines(stdin: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stdin) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}
