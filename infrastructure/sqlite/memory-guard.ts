import { Worker } from 'node:worker_threads'

/** In it, SQLite can ask for some 100 MB. */
const intervalMs = 20

/** Sleeps while nothing is done. A text, since a thread that is started while tests run from the sources could not read a file in TypeScript. */
const thread = `
  const { isWorking, residentBytesMax, intervalMs } = require('node:worker_threads').workerData
  for (;;) {
    Atomics.wait(isWorking, 0, 0)
    Atomics.wait(isWorking, 0, 1, intervalMs)
    if (Atomics.load(isWorking, 0) === 1 && process.memoryUsage.rss() > residentBytesMax) process.kill(process.pid, 'SIGKILL')
  }`

/**
 * Ends this process as SIGKILL does when it grows beyond a limit while it works. A thread looks, every few milliseconds: the work itself stands in SQLite,
 * whose own limit (`hard_heap_limit`) does nothing in our driver, which is built without counting memory.
 * @returns does work under guard
 */
export const guardMemory = (residentBytesMax: number): (<T>(work: () => T) => T) => {
  const isWorking = new Int32Array(new SharedArrayBuffer(4))
  new Worker(thread, { eval: true, workerData: { isWorking, residentBytesMax, intervalMs } }).unref()
  const set = (value: 0 | 1): void => {
    Atomics.store(isWorking, 0, value)
    Atomics.notify(isWorking, 0)
  }
  return (work) => {
    set(1)
    try {
      return work()
    } finally {
      set(0)
    }
  }
}
