import { ask, countRecords, take } from '../ask.ts'
import { countries } from '../source-data.ts'
import type { Step } from '../stage.ts'

export const updateRecords: Step = {
  title: 'Changes: many records in one commit, or one',
  run: async ({ folder, ingitdb, readGit, claim }) => {
    const before = Number(readGit('rev-list', '--count', 'HEAD'))
    ingitdb(['update', '--from', 'countries', '--where', 'currency==XOF', '--set', 'monetaryUnion=WAEMU', '--message', 'Note the monetary union'])
    ingitdb(['update', '--id', 'countries/CI', '--set', "name=Côte d'Ivoire"])
    const members = await ask(folder.world, async (call) => take(await call('countRecords', { table: 'countries', where: ['monetaryUnion==WAEMU'] })))
    const commits = Number(readGit('rev-list', '--count', 'HEAD')) - before
    const users = countries.filter(({ currency }) => currency === 'XOF').length
    claim(`${users} countries changed in one commit, then one; there are still ${countries.length}`, {
      actual: [members.count, commits, await countRecords(folder.world, 'countries')],
      expected: [users, 2, countries.length],
    })
  },
}
