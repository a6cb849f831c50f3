import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { json, jsonObject, problem, readScope, requestId, tableName, writeAnswer, writeScope } from './value-schemas.ts'

const texts = z.record(z.string(), z.string())

const column = z.strictObject({
  name: z.string(),
  type: z.string().meta({ description: 'string int float bool date time datetime any, map[locale]string, map[K]V, []T' }),
  required: z.boolean().optional(),
  requiredWhen: z.string().optional(),
  length: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  foreignKey: z.string().optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  enum: z.array(json).readonly().optional(),
  locale: z.string().optional(),
  format: z.string().optional(),
  formula: z.string().optional(),
  title: z.string().optional(),
  titles: texts.optional(),
  valueTitle: z.string().optional(),
})

const settings = column.omit({ name: true }).shape
const nullable = Object.fromEntries(Object.entries(settings).map(([key, type]) => [key, type.nullish()])) as {
  [Key in keyof typeof settings]: z.ZodOptional<z.ZodNullable<(typeof settings)[Key]>>
}

const rules = z.strictObject({
  keyField: z.string().optional(),
  unique: z.array(z.array(z.string()).readonly()).readonly().optional(),
  onDelete: z.record(z.string(), z.enum(['restrict', 'cascade', 'set-null'])).optional(),
  defaults: jsonObject.optional(),
  indexes: z.array(z.array(z.string()).readonly()).readonly().optional(),
  search: z.array(z.string()).readonly().optional(),
})

const levels = z.union([z.literal(1), z.literal(2)])

const tableSummary = z.object({
  id: z.string(),
  directory: z.string(),
  format: z.string(),
  columns: z.number(),
  /** Present when asked for with `counts`. */
  records: z.number().optional(),
})

export const tableOperations = {
  createTable: {
    method: 'POST',
    path: '/databases/{db}/tables',
    summary: 'Creates a table from a JSON Schema or from columns',
    permission: permissions.createTable,
    input: z.object({
      table: tableName,
      schema: jsonObject.optional(),
      columns: z.array(column).readonly().optional(),
      recordFormat: z.enum(['yaml', 'json', 'csv', 'jsonl', 'markdown', 'toml', 'ingr', 'parquet']).optional(),
      /** Of a Markdown table: the field that holds what follows the front matter; default `$content`. */
      contentField: z.string().optional(),
      keyField: z.string().optional(),
      rules: rules.optional(),
      /** Spreads the records over directories: for tables of more than some thousand records. The Go tools cannot read such a table. */
      sharded: z.boolean().optional(),
      /** Of directories for the records, 256 or 65,536 in all, instead of `sharded`, which is one: two for more than 100,000 records. */
      levels: levels.optional(),
      /** `.`, or a directory below that of the table: record files lie there instead of in `$records`. The Go tools do not see them. */
      recordsDirectory: z.string().optional(),
      requestId,
      ...writeScope,
    }),
    output: writeAnswer,
  },
  changeTable: {
    method: 'PATCH',
    path: '/databases/{db}/tables/{table}',
    summary: 'Changes the definition of a table and its records with it, in one commit; the parts take effect in the order in which they stand here',
    permission: permissions.changeTable,
    input: z.object({
      table: tableName,
      renameColumns: texts.optional().meta({ description: 'Old name → new name; the field is renamed in every record' }),
      dropColumns: z.array(z.string()).readonly().optional().meta({ description: 'The field goes from every record' }),
      schema: jsonObject.optional().meta({ description: 'A new JSON Schema (2020-12); the columns are derived again' }),
      addColumns: z
        .array(column.extend({ value: json.optional() }))
        .readonly()
        .optional()
        .meta({ description: '`value` fills records that lack the field, and becomes the default' }),
      setColumns: z
        .array(z.strictObject({ name: z.string(), ...nullable }))
        .readonly()
        .optional()
        .meta({ description: 'Settings that change; null takes one away; values of another type are converted where that is exact' }),
      fill: jsonObject.optional().meta({ description: 'Values for records that lack the field' }),
      rules: rules.optional().meta({ description: 'Each member that is given replaces that rule' }),
      columnsOrder: z.array(z.string()).readonly().optional(),
      titles: texts.nullable().optional(),
      requestId,
      ...writeScope,
    }),
    output: writeAnswer,
  },
  renameTable: {
    method: 'POST',
    path: '/databases/{db}/tables/{table}/rename',
    summary: 'Gives a table another id, moves its files, and lets foreign keys follow, in one commit',
    permission: permissions.renameTable,
    input: z.object({
      table: tableName,
      to: tableName,
      keepDirectory: z.boolean().optional().meta({ description: 'The files stay where they are' }),
      requestId,
      ...writeScope,
    }),
    output: writeAnswer,
  },
  reshardTable: {
    method: 'POST',
    path: '/databases/{db}/tables/{table}/reshard',
    summary: 'Spreads the records of a table over another number of levels of directories: their files move as they are, in one commit',
    permission: permissions.reshardTable,
    input: z.object({ table: tableName, levels: levels.or(z.literal(0)), requestId, ...writeScope }),
    output: writeAnswer,
  },
  dropTable: {
    method: 'DELETE',
    path: '/databases/{db}/tables/{table}',
    summary: 'Drops a table with all its records; history keeps them',
    permission: permissions.dropTable,
    input: z.object({ table: tableName, requestId, ...writeScope }),
    output: writeAnswer,
  },
  listTables: {
    method: 'GET',
    path: '/databases/{db}/tables',
    summary: 'Lists the tables, sorted by id, and what is wrong with definitions; a database of an old layout is refused',
    permission: permissions.listTables,
    input: z.object({ counts: z.boolean().optional(), ...readScope }),
    output: z.object({ commit: z.string().optional(), tables: z.array(tableSummary).readonly(), problems: z.array(problem).readonly() }),
  },
  describeTable: {
    method: 'GET',
    path: '/databases/{db}/tables/{table}',
    summary: 'Definition of a table: columns, rules, schema, files',
    permission: permissions.describeTable,
    input: z.object({ table: tableName, ...readScope }),
    output: z.object({ commit: z.string().optional(), definition: jsonObject }),
  },
} as const satisfies Record<string, OperationContract>
