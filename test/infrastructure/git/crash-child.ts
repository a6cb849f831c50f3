import { findRepository } from '../../../infrastructure/git/find-repository.ts'
import { openGitEventStore } from '../../../infrastructure/git/git-event-store.ts'
import { testCodecs } from './test-codecs.ts'
import { inserted, updated, write } from './test-repository.ts'

/** Writes one group to the repository of its first argument and is killed at the point that the second names. */
const [, , path = '', fatal] = process.argv
const location = findRepository(path)
if (!location.ok) throw new Error(JSON.stringify(location.failure))
const store = await openGitEventStore({
  location: location.value,
  ...testCodecs,
  onPoint: (point) => {
    if (point === fatal) process.kill(process.pid, 'SIGKILL')
  },
})
if (!store.ok) throw new Error(JSON.stringify(store.failure))
await write(store.value, [[updated('users', 'u1', { a: 2 })], [inserted('users', 'u2', { a: 2 })]])
throw new Error(`${fatal} was never reached`)
