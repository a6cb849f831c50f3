/** How waiting for a turn ended; who is `taken` in has to `release` it. */
export type Turn = 'taken' | 'late' | 'aborted'

/** Lets so many go on at once; the others wait in line. */
export class Semaphore {
  #free: number
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()

  constructor(size: number) {
    this.#free = size
  }

  /** @param waitMsMax  after which waiting is given up */
  take(waitMsMax: number, signal?: AbortSignal): Promise<Turn> {
    if (signal?.aborted === true) return Promise.resolve('aborted')
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve('taken')
    }
    return new Promise((resolve) => {
      const end = (turn: Turn): void => {
        this.#waiting.delete(admit)
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        resolve(turn)
      }
      const admit = (): void => end('taken')
      const abort = (): void => end('aborted')
      const timer = setTimeout(() => end('late'), waitMsMax)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.add(admit)
    })
  }

  /** Gives the turn to who has waited longest. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free++
    else next()
  }
}
