import type { FieldPath } from '../../domain/query/filter.ts'

/** A path as the key of a map. */
export const pathName = (path: FieldPath): string => JSON.stringify(path)
