import type { Step } from '../stage.ts'

export const createDatabase: Step = {
  title: 'A database is a git repository',
  run: async ({ folder, terminal, ingitdb, readGit, claim }) => {
    ingitdb(['init', 'world'], { cwd: folder.root })
    terminal.command('cd world')
    const actual = [readGit('rev-list', '--count', 'HEAD'), readGit('status', '--porcelain')]
    claim('one commit, and nothing left to commit', { actual, expected: ['1', ''] })
  },
}
