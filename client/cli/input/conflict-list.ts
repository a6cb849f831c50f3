import { isObject, type JsonObject } from '../../../api/contract/json.ts'
import type { OperationAnswer, OperationInput } from '../../../api/contract/operations.ts'
import { OperationFailed } from '../errors.ts'
import { type Conflict, namePlace, nameSubject } from '../output/format-conflicts.ts'
import type { Session } from '../session.ts'
import { editText } from './edit-text.ts'

type Answer = OperationAnswer<'readConflicts'>
type Resolution = NonNullable<OperationInput<'resolveConflicts'>['resolutions']>[number]

export type Side = 'base' | 'ours' | 'theirs'
export type Choice = { readonly take: Side } | { readonly delete: true } | { readonly undo: true }

export interface Item {
  /** The same after everything that is settled. */
  readonly id: string
  readonly conflict: Conflict
  /** How it was settled, in a word; `undefined` while it is open. */
  readonly settled: string | undefined
}

/** The conflicts of one merge while a person goes through them. Everything that is settled is kept at once: who leaves goes on later. */
export class ConflictList {
  readonly #session: Session
  #answer: Answer
  #items: readonly Item[]

  private constructor(session: Session, answer: Answer) {
    this.#session = session
    this.#answer = answer
    this.#items = answer.conflicts.map(toItem)
  }

  static async open(session: Session, merge: string | undefined): Promise<ConflictList> {
    return new ConflictList(session, await session.call('readConflicts', { ...(merge !== undefined && { merge }) }))
  }

  get merge(): string {
    return this.#answer.merge ?? ''
  }

  get title(): string {
    const { source, branch } = this.#answer
    return `merge ${this.merge}: ${source} (theirs) into ${branch} (ours)`
  }

  get items(): readonly Item[] {
    return this.#items
  }

  get openCount(): number {
    return this.#answer.conflicts.length
  }

  /** Settles a conflict. @param record  of those that a broken rule involves, the one that is meant */
  async settle({ conflict }: Item, choice: Choice, record = 0): Promise<void> {
    await this.#resolve([{ ...targetOf(conflict, record), ...choice }], 'take' in choice ? choice.take : 'delete' in choice ? 'deleted' : undefined)
  }

  /** Lets the person write the value in an editor. @returns false when nothing was written */
  async edit({ conflict }: Item, record = 0): Promise<boolean> {
    if (conflict.type === 'file') throw new OperationFailed(notEditable)
    const formats = await this.#session.formats()
    const text = await this.#startingText(conflict, record)
    return editText(this.#session, {
      text,
      fileName: 'value.yaml',
      accept: async (written) => {
        const value = await formats.parseYaml(written)
        if (!value.ok) throw new OperationFailed(value.failure)
        await this.#resolve([{ ...targetOf(conflict, record), value: value.value }], 'edited')
      },
    })
  }

  async #startingText(conflict: Conflict, record: number): Promise<string> {
    const formats = await this.#session.formats()
    const { base, ours, theirs, message } = conflict
    const isRule = conflict.type === 'constraint'
    const start = (isRule ? await this.#readRecord(targetOf(conflict, record)) : undefined) ?? ours ?? theirs ?? base ?? 'null'
    const parsed = await formats.parseJson(start)
    const body = parsed.ok && isObject(parsed.value) ? await formats.stringifyYaml(withoutId(parsed.value)) : `${start}\n`
    const sides = isRule ? [message] : [`base:   ${base ?? 'nothing'}`, `ours:   ${ours ?? 'nothing'}`, `theirs: ${theirs ?? 'nothing'}`]
    const place = namePlace(conflict)
    const subject = `${nameSubject(conflict)}${place === '' || isRule ? '' : ` ${place}`}`
    const head = [`${subject}: save what shall stand there, and close. Left as it is, nothing is settled.`, ...sides]
    return `${head.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}\n`).join('')}${body}`
  }

  /** A record as our side has it, else as theirs has it. */
  async #readRecord({ table, id }: Resolution): Promise<string | undefined> {
    if (table === undefined || id === undefined) return undefined
    for (const at of [this.#answer.ours, this.#answer.theirs]) {
      const found = await this.#session.call('getRecord', { table, id, ...(at !== undefined && { at }) }).catch(ignoreFailure)
      if (found !== undefined) return found.json
    }
    return undefined
  }

  async #resolve(resolutions: readonly Resolution[], label: string | undefined): Promise<void> {
    this.#answer = await this.#session.call('resolveConflicts', { merge: this.merge, resolutions })
    const open = new Map(this.#answer.conflicts.map((conflict) => [identify(conflict), conflict]))
    const known = this.#items.map(({ id, conflict, settled }): Item => {
      const still = open.get(id)
      open.delete(id)
      return still === undefined ? { id, conflict, settled: settled ?? label ?? 'settled' } : toItem(still)
    })
    // Rules that are broken are found when everything else is settled.
    this.#items = [...known, ...[...open.values()].map(toItem)]
  }
}

const ignoreFailure = (error: unknown): undefined => {
  if (!(error instanceof OperationFailed)) throw error
}

const withoutId = ({ $id: _, ...fields }: JsonObject): JsonObject => fields

const notEditable = {
  kind: 'invalid-input',
  issues: [{ rule: 'resolution', message: 'a file is settled by a side: take base, ours or theirs, and edit the file after the merge' }],
} as const

const targetOf = ({ type, table, id, pointer, file, involved = [] }: Conflict, record: number): Resolution => {
  if (type === 'constraint') {
    const chosen = involved[record] ?? { table: table ?? '', id: id ?? '' }
    return { table: chosen.table, id: chosen.id }
  }
  if (file !== undefined) return { file, ...(pointer !== undefined && { pointer }) }
  return { ...(table !== undefined && { table }), ...(id !== undefined && { id }), ...(pointer !== undefined && { pointer }) }
}

const toItem = (conflict: Conflict): Item => ({ id: identify(conflict), conflict, settled: undefined })

const identify = ({ type, table, id, pointer, file, rule }: Conflict): string => JSON.stringify([type, table, id, pointer, file, rule])
