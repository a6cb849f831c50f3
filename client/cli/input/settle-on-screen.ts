import { describeFailure } from '../../../api/contract/describe-failure.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import type { Keys } from '../keys.ts'
import { drawConflicts } from '../output/draw-conflicts.ts'
import type { Session } from '../session.ts'
import type { Choice, ConflictList } from './conflict-list.ts'

export type Ending = 'finish' | 'leave'

const choices: Readonly<Record<string, Choice>> = {
  o: { take: 'ours' },
  t: { take: 'theirs' },
  b: { take: 'base' },
  d: { delete: true },
  u: { undo: true },
}

/** Lets a person go through the conflicts on the whole screen of a terminal, key by key. @returns whether the merge shall be finished now */
export const settleOnScreen = async (session: Session, list: ConflictList): Promise<Ending> => {
  const keys = session.io.openKeys()
  await session.io.out(enterScreen)
  try {
    return await new Resolver(session, list, keys).run()
  } finally {
    keys.release()
    await session.io.out(leaveScreen)
  }
}

const enterScreen = '\u001b[?1049h\u001b[?25l'
const leaveScreen = '\u001b[?25h\u001b[?1049l'

class Resolver {
  readonly #session: Session
  readonly #list: ConflictList
  readonly #keys: Keys
  #at = 0
  #record = 0
  #notice = ''

  constructor(session: Session, list: ConflictList, keys: Keys) {
    this.#session = session
    this.#list = list
    this.#keys = keys
  }

  async run(): Promise<Ending> {
    for (;;) {
      await this.#draw()
      const key = await this.#keys.read()
      this.#notice = ''
      if (key === undefined || key === 'q' || key === 'escape' || key === 'ctrl-c') return 'leave'
      if (key === 'f' && this.#list.openCount === 0) return 'finish'
      await this.#press(key)
    }
  }

  async #draw(): Promise<void> {
    const { io } = this.#session
    const screen = { title: this.#list.title, items: this.#list.items, at: this.#at, record: this.#record, notice: this.#notice }
    const lines = drawConflicts(screen, { columns: io.columns ?? 80, rows: io.rows ?? 24 }, this.#session.usesColor())
    await io.out(`\u001b[H\u001b[2J${lines.join('\r\n')}`)
  }

  async #press(key: string): Promise<void> {
    const move = moves[key]
    if (move !== undefined) return this.#moveTo(this.#at + move)
    const item = this.#list.items[this.#at]
    if (item === undefined) return
    if (key === 's' || key === 'tab') return this.#moveToOpen()
    if (/^[1-9]$/.test(key)) {
      if (Number(key) <= (item.conflict.involved?.length ?? 0)) this.#record = Number(key) - 1
      return
    }
    const choice = choices[key]
    if (choice === undefined && key !== 'e') {
      if (key === 'f') this.#notice = 'something is still open: settle it, or leave with q and go on later'
      return
    }
    try {
      if (choice === undefined) {
        if (!(await this.#edit())) return
      } else await this.#list.settle(item, choice, this.#record)
      if (key === 'u') this.#record = 0
      else this.#moveToOpen()
      if (this.#list.openCount === 0) this.#notice = 'Everything is settled: f finishes the merge.'
    } catch (error) {
      this.#notice = explain(error)
    }
  }

  /** The editor has the terminal meanwhile. */
  async #edit(): Promise<boolean> {
    const item = this.#list.items[this.#at]
    if (item === undefined) return false
    this.#keys.release()
    await this.#session.io.out(leaveScreen)
    try {
      const isWritten = await this.#list.edit(item, this.#record)
      if (!isWritten) this.#notice = 'nothing was changed in the editor: it is still open'
      return isWritten
    } finally {
      await this.#session.io.out(enterScreen)
    }
  }

  #moveTo(at: number): void {
    const last = this.#list.items.length - 1
    this.#at = Math.max(0, Math.min(at, last))
    this.#record = 0
  }

  /** To the next one that is open, from the start again after the last. */
  #moveToOpen(): void {
    const { items } = this.#list
    const order = items.map((_, index) => (this.#at + 1 + index) % items.length)
    this.#moveTo(order.find((index) => items[index]?.settled === undefined) ?? this.#at)
  }
}

const moves: Readonly<Record<string, number>> = { up: -1, down: 1, k: -1, j: 1, 'page-up': -10, 'page-down': 10, home: -Infinity, end: Infinity }

/** Expected failures are told in one line; the person goes on. */
export const explain = (error: unknown): string => {
  if (error instanceof UsageError) return error.message
  if (!(error instanceof OperationFailed)) throw error
  const { summary, lines } = describeFailure(error.failure)
  return [summary, ...lines].join('; ')
}
