import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { DefinitionFile } from '../../../../domain/table/codecs.ts'
import { createTableFinder } from '../../../../domain/table/find-table-of-path.ts'
import { findTable, resolveForeignKey } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'

const root = fileURLToPath(new URL('../../../fixtures/demo', import.meta.url))
const paths = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))

const definitions = new Map<string, DefinitionFile>(
  paths.filter(catalogueCodec.isDefinitionPath).map((path) => [path, { oid: path, bytes: readFileSync(join(root, path)) }]),
)

describe('the sample database of the Go tools', () => {
  const catalogue = catalogueCodec.read(definitions)

  test('loads with its four tables and without problems', () => {
    expect(catalogue.problems).toEqual([])
    expect(catalogue.tables.map(({ id, directory, recordFile }) => [id, directory, recordFile.name, recordFile.type])).toEqual([
      ['geo.countries', 'modules/geo/countries', '{key}.json', 'single'],
      ['todo.statuses', 'modules/todo/statuses', 'statuses.yaml', 'dictionary'],
      ['todo.tags', 'modules/todo/tags', 'tags.json', 'dictionary'],
      ['todo.tasks', 'modules/todo/tasks', '{key}.json', 'single'],
    ])
    expect(catalogue.namespaces).toEqual([
      { prefix: 'geo', directory: 'modules/geo' },
      { prefix: 'todo', directory: 'modules/todo' },
    ])
  })

  test('the status of a task refers to the statuses of its module', () => {
    const tasks = findTable(catalogue, 'todo.tasks')
    const status = tasks?.columns.find(({ name }) => name === 'status')
    expect(tasks === undefined || resolveForeignKey(catalogue, tasks, status?.foreignKey ?? '')?.id).toBe('todo.statuses')
  })

  test('each record file belongs to its table', () => {
    const find = createTableFinder(catalogue, () => false)
    const owners = paths.flatMap((path) => {
      const owner = find(path)
      return owner === undefined ? [] : [[path, owner.table.id, owner.key]]
    })
    expect(owners.sort()).toEqual([
      ['modules/geo/countries/$records/ru.json', 'geo.countries', 'ru'],
      ['modules/geo/countries/$records/us.json', 'geo.countries', 'us'],
      ['modules/todo/statuses/statuses.yaml', 'todo.statuses', undefined],
      ['modules/todo/tags/tags.json', 'todo.tags', undefined],
      ['modules/todo/tasks/$records/2025-12-20T23-34-56.json', 'todo.tasks', '2025-12-20T23-34-56'],
    ])
  })
})
