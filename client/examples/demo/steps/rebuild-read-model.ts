import { rmSync } from 'node:fs'
import { relative } from 'node:path'
import { ask, countRecords, take } from '../ask.ts'
import { digestAnswers } from '../digest-answers.ts'
import { formatCommand } from '../run-command.ts'
import type { Step } from '../stage.ts'

export const rebuildReadModel: Step = {
  title: 'Answers come from SQLite, the truth from git: the read model is thrown away and made again',
  run: async ({ folder, terminal, ingitdb, readGit, claim }) => {
    const before = await digestAnswers(folder.world)
    const { file } = (await ask(folder.world, async (call) => take(await call('readStatus', {})))).readModel
    terminal.command(formatCommand(['rm', relative(folder.world, file)]))
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true })
    const { stdout } = ingitdb(['rebuild'])
    const records = await Promise.all(['continents', 'currencies', 'countries'].map((table) => countRecords(folder.world, table)))
    claim('it has read every commit and every record', {
      actual: stdout.trim(),
      expected: `${readGit('rev-list', '--count', 'HEAD')} commits, ${records.reduce((sum, count) => sum + count)} records`,
    })
    claim(`${before.answers.toLocaleString('en')} answers, all records at all commits and all histories, are the same as before`, {
      actual: await digestAnswers(folder.world),
      expected: before,
    })
  },
}
