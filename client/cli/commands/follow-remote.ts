import { setTimeout as sleep } from 'node:timers/promises'
import { describeFailure, sayText } from '../../../api/contract/describe-failure.ts'
import type { OperationAnswer, OperationInput } from '../../../api/contract/operations.ts'
import { OperationFailed } from '../errors.ts'
import { describeFollowed } from '../output/describe-remotes.ts'
import type { Session } from '../session.ts'

type Followed = OperationAnswer<'follow'>['branches'][number]

/** Fetches again and again, and lets branches follow, until the program is asked to end. A remote that cannot be reached is asked again. */
export const followRemote = async (session: Session, input: OperationInput<'follow'>, intervalSeconds: number): Promise<void> => {
  const told = new Told(session)
  const { signal } = session.watch
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const { branches } = await session.call('follow', input)
      session.progress.end()
      told.reachable()
      for (const branch of branches) await told.branch(branch)
    } catch (error) {
      if (signal.aborted) return
      if (isFirst || !(error instanceof OperationFailed) || error.failure.kind !== 'unavailable') throw error
      told.unreachable(describeFailure(error.failure).lines.join(' '), describeFailure(error.failure).summary)
    }
    await sleep(intervalSeconds * 1_000, undefined, { signal }).catch(() => undefined)
  }
}

/** What was told already is not told again while it stays so. */
class Told {
  readonly #session: Session
  readonly #stays = new Map<string, string>()
  #unreachable: string | undefined

  constructor(session: Session) {
    this.#session = session
  }

  async branch(followed: Followed): Promise<void> {
    const { branch, to, status, why = '' } = followed
    if (status !== 'diverged' && status !== 'blocked') {
      this.#stays.delete(branch)
      const line = this.#session.options.json === true ? JSON.stringify(followed) : describeFollowed(followed)
      await this.#session.io.out(`${line}\n`)
      return
    }
    if (this.#stays.get(branch) === to) return
    this.#stays.set(branch, to)
    this.#session.say(`note: ${sayText(branch)} stays where it is: ${sayText(why)}`)
  }

  reachable(): void {
    if (this.#unreachable !== undefined) this.#session.say('note: it can be reached again')
    this.#unreachable = undefined
  }

  unreachable(why: string, summary: string): void {
    if (this.#unreachable !== why) this.#session.say(`note: ${summary}: ${why}`)
    this.#unreachable = why
  }
}
