import type { z } from 'zod'
import type { Permission } from './permissions.ts'

/**
 * One operation of the product. The edges (command line, HTTP, tRPC, the OpenAPI document, the typed client) are made from these.
 * `{db}` in a path names the database that the edge opens; the other names in braces are members of the input.
 */
export interface OperationContract {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly permission: Permission
  readonly input: z.ZodType
  readonly output: z.ZodType
}
