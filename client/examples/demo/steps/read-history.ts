import type { Step } from '../stage.ts'

export const readHistory: Step = {
  title: 'Nothing is forgotten: the history of a record',
  run: async ({ ingitdb, readGit, claim }) => {
    const { stdout } = ingitdb(['history', 'countries/CI'])
    const known = readGit('log', '--format=%h', '--abbrev=12', '--', 'countries/$records/CI.yaml').split('\n')
    claim('the three commits that git itself names for the file, newest first', {
      actual: [...stdout.matchAll(/^\| ([0-9a-f]{12}) .*? \| (insert|update) /gm)].map(([, commit, operation]) => [commit, operation]),
      expected: [
        [known[0], 'update'],
        [known[1], 'update'],
        [known[2], 'insert'],
      ],
    })
  },
}
