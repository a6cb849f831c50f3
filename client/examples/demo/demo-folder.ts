import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { schemas } from './schemas.ts'
import { continents, countries, currencies } from './source-data.ts'

/** The folders of one run of the demo. */
export interface DemoFolder {
  readonly root: string
  /** Schemas and data that the commands read. */
  readonly input: string
  /** The database that the tour makes. */
  readonly world: string
  /** A database made by the Go tools. */
  readonly sample: string
}

/** Makes the folder anew; `undefined` when it holds something that no run of the demo has made: that is left alone. */
export const makeDemoFolder = (root: string): DemoFolder | undefined => {
  const found = existsSync(root) ? readdirSync(root) : []
  if (found.length > 0 && !found.includes(marker)) return undefined
  for (const name of found) rmSync(join(root, name), { recursive: true, force: true })
  const folder = { root, input: join(root, 'input'), world: join(root, 'world'), sample: join(root, 'sample') }
  mkdirSync(folder.input, { recursive: true })
  writeFileSync(join(root, marker), 'The demo made this folder. When it runs again, everything in it is removed.\n')
  writeInput(folder.input)
  return folder
}

const marker = '.made-by-the-ingitdb-demo'

const writeInput = (folder: string): void => {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const toLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  for (const [table, schema] of Object.entries(schemas)) write(`${table}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`)
  write('continents.csv', `code,name\n${continents.map(({ code, name }) => `${code},${name}\n`).join('')}`)
  write('currencies.jsonl', toLines(currencies))
  write('countries.jsonl', toLines(countries))
}
