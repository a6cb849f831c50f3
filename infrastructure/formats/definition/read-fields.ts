import { isJsonObject, type Json, numberOf, stringifyJson } from '../../../domain/json.ts'

/** Where in a file a value is, and where to say what is wrong with it. */
export interface Place {
  readonly path: readonly string[]
  readonly report: (path: readonly string[], message: string) => void
  readonly textOf: (path: readonly string[]) => string | undefined
}

/** Reads one value as the Go tools decode it into a typed field: `undefined` when it is absent, empty, or wrong (which is reported). */
export type Reader<T> = (value: Json, place: Place) => T | undefined

type Fields = Readonly<Record<string, Reader<unknown>>>
type Values<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Reader<infer T> ? T : never }

export const below = (place: Place, name: string | number): Place => ({ ...place, path: [...place.path, String(name)] })

/** Reads a map with exactly these keys: any other key is reported, since the Go tools refuse the whole file for it. */
export const readObject = <F extends Fields>(fields: F, value: Json, place: Place): Values<F> => {
  const values: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(readMap(value, place))) {
    const read = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (read === undefined) place.report([...place.path, name], `unknown key "${name}"; known keys: ${Object.keys(fields).join(', ')}`)
    else {
      const result = member === null ? undefined : read(member, below(place, name))
      if (result !== undefined) values[name] = result
    }
  }
  return values as Values<F>
}

/** Members of a map, none when it is something else (which is reported). */
export const readMap = (value: Json, place: Place): Readonly<Record<string, Json>> => {
  if (isJsonObject(value)) return value
  place.report(place.path, `${nameOf(place)} must be a map, not ${describe(value)}`)
  return {}
}

/** A scalar of any type is taken as it is spelled, as the Go tools do. */
export const readText: Reader<string> = (value, place) => {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (!Array.isArray(value) && !isJsonObject(value)) return place.textOf(place.path) ?? stringifyJson(value)
  place.report(place.path, `${nameOf(place)} must be text, not ${describe(value)}`)
  return undefined
}

const yes = /^(y|yes|on)$/i
const no = /^(n|no|off)$/i

export const readFlag: Reader<true> = (value, place) => {
  const flag =
    typeof value === 'boolean' ? value : typeof value !== 'string' ? undefined : yes.test(value) ? true : no.test(value) ? false : undefined
  if (flag === undefined) place.report(place.path, `${nameOf(place)} must be true or false, not ${describe(value)}`)
  return flag === true ? true : undefined
}

/** A whole number; what range it may have is up to the caller. Zero counts as absent, as in the Go tools. */
export const readCount: Reader<number> = (value, place) => readWhole(value, place) || undefined

/** A whole number of which zero is one. */
export const readWhole: Reader<number> = (value, place) => {
  const number = numberOf(value)
  if (number !== undefined && Number.isSafeInteger(number)) return number
  place.report(place.path, `${nameOf(place)} must be a whole number, not ${describe(value)}`)
  return undefined
}

export const readNumber: Reader<number> = (value, place) => {
  const number = numberOf(value)
  if (number === undefined) place.report(place.path, `${nameOf(place)} must be a number, not ${describe(value)}`)
  return number
}

export const readList =
  <T>(readItem: Reader<T>): Reader<readonly T[]> =>
  (value, place) => {
    if (Array.isArray(value))
      return value.flatMap((item, index) => {
        const read = readItem(item, below(place, index))
        return read === undefined ? [] : [read]
      })
    place.report(place.path, `${nameOf(place)} must be a list, not ${describe(value)}`)
    return undefined
  }

export const readTextMap: Reader<Readonly<Record<string, string>>> = (value, place) => {
  const entries = Object.entries(readMap(value, place)).flatMap(([name, member]) => {
    const text = member === null ? undefined : readText(member, below(place, name))
    return text === undefined ? [] : [[name, text] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Takes any value as it is. */
export const readAny: Reader<Json> = (value) => value

const nameOf = (place: Place): string => (place.path.length === 0 ? 'the file' : `"${place.path.join('.')}"`)

const describe = (value: Json): string => {
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value)) return 'a map'
  return value === null ? 'null' : stringifyJson(value)
}
