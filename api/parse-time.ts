import { fail, ok, type Result } from '../domain/result.ts'

/** RFC 3339: `2026-05-01T12:00:00Z`, or a day in UTC. */
const timestamp = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/

/** Whether a text has the form of a moment in time, and not of a revision. */
export const isTime = (text: string): boolean => timestamp.test(text)

/** Seconds since 1970 of a text. @param edge which second of a day, or of a second with a fraction, is meant: the first that is not before it, or the last that is not after it */
export const parseTime = (text: string, edge: 'first' | 'last'): Result<number> => {
  const milliseconds =
    isTime(text) && isDay(text.slice(0, 10))
      ? Date.parse(text.length === 10 ? `${text}T${edge === 'first' ? '00:00:00' : '23:59:59'}Z` : text)
      : Number.NaN
  if (Number.isNaN(milliseconds))
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'timestamp', message: `"${text}" is not a moment in time: write 2026-01-31 or 2026-01-31T12:00:00Z` }],
    })
  return ok(edge === 'first' ? Math.ceil(milliseconds / 1000) : Math.floor(milliseconds / 1000))
}

/** Date.parse takes February 30 for a day in March. */
const isDay = (day: string): boolean => {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
}
