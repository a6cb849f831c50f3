/** Turns inside one process: one writer of the read model at a time, in the order they asked. */
export interface WriteLock {
  /** Resolves with the function that gives the turn back. */
  take(): Promise<() => void>
}

/** A lock that nobody holds. Whoever takes it must give it back, once; there is no limit to the queue, and no way out of it. */
export const createWriteLock = (): WriteLock => {
  let last: Promise<void> = Promise.resolve()
  return {
    async take() {
      const before = last
      let release = (): void => {}
      last = new Promise((resolve) => {
        release = resolve
      })
      await before
      return release
    },
  }
}
