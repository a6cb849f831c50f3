import { ExactNumber, type Json } from '../../../domain/json.ts'
import { goRow, renderJson } from '../json/write-json.ts'

/** A value as text: nothing for null and absent, JSON for lists and maps, where the Go tools would write Go's own notation. */
export const cellText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return value instanceof ExactNumber ? value.literal : renderJson(value, plainRow, '')
}

const plainRow = { ...goRow, escapeHtml: false }
