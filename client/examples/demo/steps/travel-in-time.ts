import { ask, take } from '../ask.ts'
import { continents, countries, currencies } from '../source-data.ts'
import type { Step } from '../stage.ts'

export const travelInTime: Step = {
  title: 'Every commit, branch, tag and moment can be asked like the present',
  run: async ({ folder, ingitdb, readGit, claim }) => {
    const { stdout } = ingitdb(['select', '--id', 'countries/CI', '--at', 'imported', '--fields', 'name'])
    const { stdout: none } = ingitdb(['count', '--from', 'countries', '--at', 'imported~1'])
    const source = countries.find(({ code }) => code === 'CI')
    claim('the name that was imported, and one commit before no country at all', {
      actual: [/^name: (.*)$/m.exec(stdout)?.[1], none],
      expected: [source?.name, '0\n'],
    })
    const commits = readGit('rev-list', '--reverse', 'HEAD').split('\n')
    const counts = await countEverywhere(folder.world, commits)
    claim(`all ${commits.length} commits answer: the first has no table, the last has everything`, {
      actual: [counts.length, counts[0], counts.at(-1)],
      expected: [commits.length, [], [continents.length, countries.length, currencies.length]],
    })
  },
}

/** Records of each table, for each commit. */
const countEverywhere = (directory: string, commits: readonly string[]): Promise<readonly (readonly (number | undefined)[])[]> =>
  ask(directory, async (call) => {
    const counts: (readonly (number | undefined)[])[] = []
    for (const at of commits) counts.push(take(await call('listTables', { at, counts: true })).tables.map(({ records }) => records))
    return counts
  })
