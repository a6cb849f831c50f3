import type { Json } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { Session } from '../session.ts'

/** What holds for a statement beside its text; `undefined` is the default of each. */
export interface SqlSettings {
  readonly at?: string | undefined
  readonly limit?: number | undefined
  readonly timeoutSeconds?: number | undefined
  readonly explain?: boolean | undefined
  readonly parameters: Readonly<Record<string, Json>>
}

/** A statement with its settings, as the operation takes it. */
export const toSqlQuestion = (session: Session, sql: string, settings: SqlSettings): OperationInput<'querySql'> => {
  const { limit, timeoutSeconds, explain = false, parameters } = settings
  return {
    ...{ sql, parameters, explain, ...scopeOf(session, settings) },
    ...(limit !== undefined && { limit }),
    ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds * 1000 }),
  }
}

/** Branch and moment of what does not name one itself. */
export const scopeOf = (session: Session, { at }: Pick<SqlSettings, 'at'>): { readonly branch?: string; readonly at?: string } => ({
  ...session.branch(),
  ...(at !== undefined && { at }),
})
