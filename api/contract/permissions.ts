/** What a caller must be allowed to do, one permission for each operation. Apart from the schemas, so that a local call needs no zod. */
export const permissions = {
  readStatus: 'database:read',
  checkHealth: 'database:read',
  rebuild: 'database:maintain',
  readLog: 'database:read',
  createTable: 'table:create',
  dropTable: 'table:drop',
  listTables: 'table:read',
  describeTable: 'table:read',
  insertRecords: 'record:insert',
  getRecord: 'record:read',
  selectRecords: 'record:read',
  countRecords: 'record:read',
  readUncommitted: 'record:read',
  replaceRecord: 'record:update',
  patchRecord: 'record:update',
  upsertRecord: 'record:upsert',
  deleteRecord: 'record:delete',
  updateWhere: 'record:update',
  deleteWhere: 'record:delete',
  runBatch: 'record:batch',
  readHistory: 'record:read',
  readBlame: 'record:read',
  readLastChanges: 'record:read',
} as const

export type Permission = (typeof permissions)[keyof typeof permissions]
