/** A table of ours that has no definition. */
export interface SystemTable {
  /** What it is asked for, each a text in single quotes. */
  readonly parameters: readonly string[]
  /** In the order of `SELECT *`. */
  readonly columns: readonly string[]
  /** Whether `AS OF` means anything to it. */
  readonly hasMoment: boolean
}

/** Who made a commit and when. `COMMIT` is a keyword; positions rise along a line, times need not. */
const authorship = ['commit_id', 'position', 'time', 'author', 'email', 'message'] as const

/** System tables by name, in lower case. */
export const systemTables = {
  ingitdb_log: { parameters: [], columns: [...authorship, 'parents', 'inserted', 'updated', 'deleted'], hasMoment: true },
  ingitdb_refs: { parameters: [], columns: ['name', 'type', 'commit_id', 'current'], hasMoment: false },
  ingitdb_history: { parameters: ['table'], columns: ['$id', 'operation', ...authorship, 'record', 'before'], hasMoment: true },
  ingitdb_blame: {
    ...{ parameters: ['table'], hasMoment: true },
    columns: ['$id', 'field', 'value', 'operation', 'commit_id', 'time', 'author', 'email', 'message'],
  },
  ingitdb_diff: { parameters: ['table', 'from', 'to'], columns: ['$id', 'change', 'field', 'before', 'after'], hasMoment: false },
} as const satisfies Record<string, SystemTable>

export type SystemTableName = keyof typeof systemTables

export const systemTableNames = Object.keys(systemTables) as readonly SystemTableName[]

/** How a system table is asked: `ingitdb_history('table')`. */
export const usageOf = (name: SystemTableName): string => {
  const parameters: readonly string[] = systemTables[name].parameters
  return parameters.length === 0 ? name : `${name}(${parameters.map((parameter) => `'${parameter}'`).join(', ')})`
}
