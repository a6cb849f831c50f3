import { ask, take } from '../ask.ts'
import type { Step } from '../stage.ts'

export const createTables: Step = {
  title: 'Tables from JSON Schemas, with references between them, in the format you like',
  run: async ({ folder, ingitdb, claim }) => {
    for (const [table, format] of tables) ingitdb(['create', 'table', table, '--schema', `../input/${table}.schema.json`, '--record-format', format])
    const list = await ask(folder.world, async (call) => take(await call('listTables', {})))
    claim('three tables, in CSV, JSON and YAML files', { actual: list.tables.map(({ id, format }) => [id, format]), expected: [...tables].sort() })
  },
}

const tables = [
  ['continents', 'csv'],
  ['currencies', 'json'],
  ['countries', 'yaml'],
] as const
