/**
 * What happens where both sides changed the same value in different ways:
 * `manual` leaves a conflict; `ours` and `theirs` take one side; `union` keeps what either side has of lists, and a record that one side deleted;
 * `max` and `min` take the larger or smaller of two numbers or two texts (dates above all); `strict` leaves a conflict wherever both sides changed
 * the same record, whatever the fields.
 */
export const mergeStrategies = ['manual', 'ours', 'theirs', 'union', 'max', 'min', 'strict'] as const

export type MergeStrategy = (typeof mergeStrategies)[number]

export const isMergeStrategy = (text: string): text is MergeStrategy => (mergeStrategies as readonly string[]).includes(text)

/** How the lists in one field are merged: as a set of values, or as maps told apart by the value of these members. */
export type ListRule = { readonly type: 'set' } | { readonly type: 'keyed'; readonly by: readonly string[] }

/** What a table says about merging: `merge` of its `rules.yaml`. */
export interface TableMergeRules {
  readonly strategy?: MergeStrategy
  /** By field name. */
  readonly lists: Readonly<Record<string, ListRule>>
}
