/** A page of a list that was read one entry too far: what was asked for, and where to go on when there is more. */
export const takePage = <Entry>(
  entries: readonly Entry[],
  { limit, offset }: { readonly limit: number | undefined; readonly offset: number },
): { readonly entries: readonly Entry[]; readonly next?: number } =>
  limit !== undefined && entries.length > limit ? { entries: entries.slice(0, limit), next: offset + limit } : { entries }

/** The page to read for `takePage`. */
export const oneMore = ({ limit, offset = 0 }: { readonly limit?: number | undefined; readonly offset?: number | undefined }) => ({
  limit: limit === undefined ? undefined : limit + 1,
  offset,
})
