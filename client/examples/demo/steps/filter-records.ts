import { countries } from '../source-data.ts'
import type { Step } from '../stage.ts'

export const filterRecords: Step = {
  title: 'Questions: which countries of Africa pay with the franc XOF?',
  run: async ({ ingitdb, claim }) => {
    const where = ['--where', "continent=='AF' and currency=='XOF'"]
    const { stdout } = ingitdb(['select', '--from', 'countries', ...where, '--order-by', 'name', '--fields', 'name,capital,languages'])
    claim('the same countries in the same order as in the source', {
      actual: [...stdout.matchAll(/^\| (\w+) /gm)].map(([, key]) => key),
      expected: westAfrica.map(({ code }) => code),
    })
  },
}

const westAfrica = countries
  .filter(({ continent, currency }) => continent === 'AF' && currency === 'XOF')
  .sort((one, other) => (one.name < other.name ? -1 : 1))
