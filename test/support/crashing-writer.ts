import { callLocal, openLocal } from '../../api/local.ts'

/**
 * A program for crash tests: writes until it reaches the named moment of a write for the n-th time, then kills itself without warning.
 * Says on standard output which writes were acknowledged, each at once.
 * usage: crashing-writer DIRECTORY POINT NTH [BRANCH ...], the branches by turns
 */
const [directory = '', point = '', nth = '1', ...branches] = process.argv.slice(2)
let reached = 0
const opened = await openLocal(directory, {
  onPoint: (name) => {
    if (name === point && ++reached === Number(nth)) process.kill(process.pid, 'SIGKILL')
  },
})
if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
const call = callLocal(opened.value)
const { writeSync } = await import('node:fs')
for (let round = 0; round < 10; round++) {
  const ids = [0, 1, 2].map((index) => `w${round * 3 + index}`)
  const branch = branches[round % branches.length]
  const where = { table: 'items', ...(branch !== undefined && { branch }) }
  await Promise.all(
    ids.map(async (id) => {
      const answer = await call('insertRecords', { ...where, records: [{ $id: id, size: round }] })
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
      writeSync(1, `${id} ${answer.value.commit}\n`)
      const update = await call('patchRecord', { ...where, id: 'shared', patch: { size: round, name: id } })
      if (update.ok) writeSync(1, `shared ${update.value.commit}\n`)
    }),
  )
}
throw new Error('the point was never reached')
