import { UsageError } from '../errors.ts'

export interface NameFilter {
  /** Regular expression of Go (RE2), found anywhere in the table's directory. */
  readonly in?: string
  /** `*` and `?` stand for characters besides `/`, `[a-z]` for one of a set; the whole id must match. */
  readonly filterName?: string
}

export interface NamedPlace {
  readonly id: string
  /** Relative to the database. */
  readonly directory: string
}

/** Keeps what both filters let through. Patterns are matched in linear time, whoever wrote them. */
export const filterByName = async <Named extends NamedPlace>(items: readonly Named[], filter: NameFilter): Promise<readonly Named[]> => {
  if (filter.in === undefined && filter.filterName === undefined) return items
  const { RE2JS, RE2JSException } = await import('re2js')
  const compile = (option: string, written: string, pattern: string): InstanceType<typeof RE2JS> => {
    try {
      return RE2JS.compile(pattern)
    } catch (error) {
      if (error instanceof RE2JSException) throw new UsageError(`${option} ${JSON.stringify(written)} is no pattern: ${error.message}`)
      throw error
    }
  }
  const place = filter.in === undefined ? undefined : compile('--in', filter.in, filter.in)
  const name = filter.filterName === undefined ? undefined : compile('--filter-name', filter.filterName, globToPattern(filter.filterName))
  return items.filter(({ id, directory }) => (place?.matcher(directory).find() ?? true) && (name?.matches(id) ?? true))
}

/** `geo.*` → `geo\.[^/]*`, as Go's `path.Match` reads it. */
const globToPattern = (glob: string): string =>
  [...glob.matchAll(/\\(.)|(\*)|(\?)|\[(\^?)((?:\\.|[^\]\\])+)\]|(.)/gsu)]
    .map(([, escaped, star, mark, negated, set, plain]) => {
      if (star !== undefined) return '[^/]*'
      if (mark !== undefined) return '[^/]'
      if (set !== undefined) return `[${negated}${set.replaceAll('[', '\\[')}]`
      return quotePattern(escaped ?? plain ?? '')
    })
    .join('')

const quotePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
