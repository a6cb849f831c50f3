import { countries } from '../source-data.ts'
import type { Step } from '../stage.ts'

export const refuseChanges: Step = {
  title: 'What does not fit is refused: by the schema, and by the records that refer to another',
  run: async ({ ingitdb, readGit, claim }) => {
    const before = readGit('rev-parse', 'HEAD')
    ingitdb(['update', '--id', 'countries/CI', '--set', 'capital=42'], { status: 65 })
    const { stderr } = ingitdb(['delete', '--id', 'currencies/XOF'], { status: 65 })
    const users = countries.filter(({ currency }) => currency === 'XOF').length
    claim(`${users} countries need the currency; nothing was written`, {
      actual: [/(\d+) records of countries refer/.exec(stderr)?.[1], readGit('rev-parse', 'HEAD'), readGit('status', '--porcelain')],
      expected: [`${users}`, before, ''],
    })
  },
}
