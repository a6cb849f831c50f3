import type { Json } from '../../../api/contract/json.ts'
import type { Format } from '../options.ts'

/** What holds for every statement of a shell until it is said otherwise; `undefined` is the default of each. */
export interface Settings {
  at: string | undefined
  /** By default a table on a terminal, JSON elsewhere. */
  format: Format | undefined
  limit: number | undefined
  timeoutSeconds: number | undefined
  readonly parameters: Map<string, Json>
}
