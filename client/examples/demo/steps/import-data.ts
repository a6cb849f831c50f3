import { countRecords } from '../ask.ts'
import { continents, countries, countriesWithUnknownCurrency, currencies, currenciesPublished, missingCurrencies } from '../source-data.ts'
import type { Stage, Step } from '../stage.ts'

export const importData: Step = {
  title: 'Real data: each file is imported whole, in one commit, or not at all',
  run: async (stage) => {
    const { folder, terminal, ingitdb, git, readGit, claim } = stage
    const before = Number(readGit('rev-list', '--count', 'HEAD'))
    ingitdb(['insert', '--into', 'continents', '--format', 'csv', '--key-column', 'code'], { stdin: 'continents.csv' })
    ingitdb(['insert', '--into', 'currencies', '--format', 'jsonl', '--key-column', 'code'], { stdin: 'currencies.jsonl' })
    const { stderr } = ingitdb(insertCountries, { stdin: 'countries.jsonl', status: 65 })
    claim(`refused for ${countriesWithUnknownCurrency.length} countries of ${countries.length}, so none was written`, {
      actual: [[...stderr.matchAll(/^ {2}countries\/(\w+)/gm)].map(([, key]) => key), await countRecords(folder.world, 'countries')],
      expected: [countriesWithUnknownCurrency.map(({ code }) => code), 0],
    })
    terminal.say(
      `The list of currencies is of ${currenciesPublished}. Since then the Caribbean guilder has replaced another one, and took over its number.`,
    )
    replaceCurrencies(stage)
    ingitdb(insertCountries, { stdin: 'countries.jsonl' })
    git(['tag', 'imported'])
    const commits = Number(readGit('rev-list', '--count', 'HEAD')) - before
    claim(
      `${continents.length} continents, ${currencies.length} currencies, ${countries.length} countries, as in the source, and a commit for each command`,
      {
        actual: [...(await Promise.all(['continents', 'currencies', 'countries'].map((table) => countRecords(folder.world, table)))), commits],
        expected: [continents.length, currencies.length, countries.length, 3 + 2 * missingCurrencies.length],
      },
    )
  },
}

const insertCountries = ['insert', '--into', 'countries', '--format', 'jsonl', '--key-column', 'code']

/** Each missing currency has the number of one that is no longer used, which must go first. */
const replaceCurrencies = ({ ingitdb }: Stage): void => {
  for (const { code, name, number, digits } of missingCurrencies) {
    for (const { code: old } of currencies.filter((currency) => currency.number === number)) ingitdb(['delete', '--id', `currencies/${old}`])
    ingitdb(['insert', '--into', 'currencies', '--key', code, '--data', JSON.stringify({ name, number, digits })])
  }
}
