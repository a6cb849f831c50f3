import { isDeepStrictEqual } from 'node:util'

/** The product did not do what the demo says of it. */
export class ClaimFailed extends Error {}

/**
 * Holds what happened against what was promised.
 *
 * @param what     the promise, as a short sentence; it begins the message when it is broken
 * @param actual   what the product answered; `expected` must come from elsewhere: the source data, or an answer given before
 * @throws ClaimFailed with both values as JSON, each cut at 300 characters
 */
export const checkClaim = (what: string, { actual, expected }: { readonly actual: unknown; readonly expected: unknown }): void => {
  if (!isDeepStrictEqual(actual, expected)) throw new ClaimFailed(`${what}: expected ${show(expected)}, but it is ${show(actual)}`)
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
