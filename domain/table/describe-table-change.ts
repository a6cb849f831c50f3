import { asJson, equalJson, stringifyJson } from '../json.ts'
import type { TableChange } from './codecs.ts'
import type { Column, Rules, Table } from './table.ts'

/** What a table says differently after a change, for people: one short sentence each. */
export const describeTableChange = (change: TableChange): readonly string[] => {
  const { before, after, renamedColumns } = change
  const isSame = (a: object | undefined, b: object | undefined): boolean => equalJson(asJson({ value: a as never }), asJson({ value: b as never }))
  return [
    ...Object.entries(renamedColumns).map(([old, name]) => `column "${old}" is called "${name}"`),
    ...describeColumns(change),
    ...(isSame(before.columnsOrder, after.columnsOrder) ? [] : [`order of columns: ${after.columnsOrder.join(', ')}`]),
    ...(isSame(before.titles, after.titles) ? [] : ['other titles']),
    ...describeRules(before.rules, after.rules),
    ...(before.layout?.levels === after.layout?.levels ? [] : [`its records lie in ${describeLayout(after)} instead of ${describeLayout(before)}`]),
    ...(isSame(before.schema, after.schema) ? [] : [before.schema === undefined ? 'gets a JSON Schema' : 'another JSON Schema']),
  ]
}

/** Where the record files of a table lie, in words. */
export const describeLayout = ({ layout }: Table): string =>
  layout === undefined ? 'one directory' : layout.levels === 1 ? '256 directories (1 level)' : '65,536 directories (2 levels)'

const describeColumns = ({ before, after, renamedColumns }: TableChange): readonly string[] => {
  const old = new Map(before.columns.map((column) => [renamedColumns[column.name] ?? column.name, column]))
  const names = new Set(after.columns.map(({ name }) => name))
  return [
    ...[...old].filter(([name]) => !names.has(name)).map(([name]) => `column "${name}" goes`),
    ...after.columns.flatMap((column) => {
      const was = old.get(column.name)
      return was === undefined ? [`column "${column.name}" is new: ${describeSettings(column)}`] : describeColumn(was, column)
    }),
  ]
}

const settingsOf = ({ name: _, ...settings }: Column): ReadonlyMap<string, string> =>
  new Map(Object.entries(settings).map(([key, value]) => [key, typeof value === 'string' ? value : stringifyJson(asJson(value as never))]))

const describeSettings = (column: Column): string =>
  [...settingsOf(column)].map(([key, value]) => (key === 'type' ? value : `${key} ${value}`)).join(', ')

const describeColumn = (before: Column, after: Column): readonly string[] => {
  const [was, is] = [settingsOf(before), settingsOf(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((key) => was.get(key) !== is.get(key))
    .map((key) => `column "${after.name}": ${key} ${was.get(key) ?? 'nothing'} becomes ${is.get(key) ?? 'nothing'}`)
}

const describeRules = (before: Rules, after: Rules): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [before[name as keyof Rules], after[name as keyof Rules]].map((rule) =>
      rule === undefined ? 'nothing' : stringifyJson(asJson(rule as never)),
    )
    return was === is ? [] : [`rule ${name}: ${was} becomes ${is}`]
  })

/** What becomes of a table that is renamed, for people. */
export const describeRename = ({ before, after }: Pick<TableChange, 'before' | 'after'>): readonly string[] => [
  `table "${before.id}" is called "${after.id}"`,
  before.directory === after.directory ? `its files stay in ${after.directory}` : `its files move from ${before.directory} to ${after.directory}`,
  ...describeTableChange({ before, after, renamedColumns: {} }),
]
