/** Turns to write the read model: one at a time, in the order they asked. */
export interface WriteLock {
  /** Resolves with the function that gives the turn back. */
  take(): Promise<() => void>
}

/** Turns inside one process. */
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
