/** One line of the table: what the product did, what the limit did in the same run, and how they compare. */
export interface Row {
  readonly id: string
  readonly work: string
  readonly product: string
  readonly limit: string
  readonly ratio: number
  /** What the ratio shall be: at least (`min`) or at most (`max`). */
  readonly target: { readonly kind: 'min' | 'max'; readonly value: number }
}

export const holds = ({ ratio, target }: Row): boolean => (target.kind === 'min' ? ratio >= target.value : ratio <= target.value)

export const formatRow = (row: Row): string => {
  const sign = row.target.kind === 'min' ? '≥' : '≤'
  return `| ${row.id} | ${row.work} | ${row.product} | ${row.limit} | ${row.ratio.toFixed(2)} | ${sign} ${row.target.value} | ${holds(row) ? 'yes' : '**no**'} |`
}

export const tableHead = '| id | work | product | limit | ratio | target | holds |\n| --- | --- | --- | --- | --- | --- | --- |'

export const perSecond = (count: number, milliseconds: number): number => count / (milliseconds / 1000)

export const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
