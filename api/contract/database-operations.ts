import { z } from 'zod'
import type { OperationContract } from './operation.ts'
import { permissions } from './permissions.ts'
import { commitId, mirrorState, readScope } from './value-schemas.ts'

const quarantined = z.object({
  table: z.string().optional(),
  file: z.string(),
  line: z.number().optional(),
  key: z.string().optional(),
  message: z.string(),
})

const finding = z.object({
  severity: z.enum(['error', 'warning']),
  /** Stable; docs/reference/validation.md lists them. */
  code: z.string(),
  message: z.string(),
  /** Relative to the database. */
  file: z.string().optional(),
  line: z.number().optional(),
  table: z.string().optional(),
  key: z.string().optional(),
  /** JSON pointer into the record. */
  field: z.string().optional(),
})

export const databaseOperations = {
  readStatus: {
    method: 'GET',
    path: '/databases/{db}',
    summary: 'Where the database stands: branch, commit, read model, edits that are not committed, files that cannot be read',
    permission: permissions.readStatus,
    /** `branch`: default the current one. `at`: the moment whose unreadable files are listed. */
    input: z.object(readScope),
    output: z.object({
      directory: z.string(),
      bare: z.boolean(),
      branch: z.string().optional(),
      commit: z.string().optional(),
      readModel: z.object({ file: z.string(), sizeBytes: z.number(), commits: z.number() }),
      uncommitted: z.array(z.string()).readonly(),
      workTreeBehind: z.boolean(),
      /** Remotes that get every commit; absent when there is none. */
      mirrors: z.array(mirrorState).readonly().optional(),
      /** Merges that wait for conflicts to be settled; `open`: how many there were when it was begun. */
      merges: z.array(z.object({ merge: z.string(), branch: z.string(), source: z.string(), open: z.number() })).readonly(),
      /** Definitions and records that cannot be read, of the current branch or of the moment asked for; the rest is served. */
      unreadable: z.array(quarantined).readonly(),
    }),
  },
  checkHealth: {
    method: 'GET',
    path: '/databases/{db}/health',
    summary: 'Checks of the repository, the git program and the read model, each with what to do when it fails',
    permission: permissions.checkHealth,
    input: z.object({}),
    output: z.object({
      healthy: z.boolean(),
      findings: z.array(z.object({ check: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().optional() })).readonly(),
    }),
  },
  rebuild: {
    method: 'POST',
    path: '/databases/{db}/rebuild',
    summary: 'Throws the read model away and reads it from git again',
    permission: permissions.rebuild,
    input: z.object({}),
    output: z.object({ commits: z.number(), records: z.number(), milliseconds: z.number() }),
  },
  validateDatabase: {
    method: 'GET',
    path: '/databases/{db}/validate',
    summary: 'Everything that is wrong with definitions and records, with file and line; by default of the files in the work tree',
    permission: permissions.validateDatabase,
    input: z.object({
      only: z.enum(['definition', 'records']).optional(),
      /** Only what came into the database after this commit. */
      fromCommit: z.string().optional(),
      /** The moment to look at, as `at`. */
      toCommit: z.string().optional(),
      ...readScope,
    }),
    output: z.object({
      commit: commitId.optional(),
      tables: z.number(),
      records: z.number(),
      errors: z.number(),
      warnings: z.number(),
      /** Sorted by file, line, table, key, field and code. */
      findings: z.array(finding).readonly(),
    }),
  },
} as const satisfies Record<string, OperationContract>
