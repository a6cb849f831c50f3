import { parseTableId } from '../../../domain/ids.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { typesOfFormat } from '../../../domain/table/validate-record-file.ts'
import { type Place, type Reader, readObject, readText } from './read-fields.ts'
import { placeIn, type Source } from './yaml-source.ts'

/**
 * Checks `.ingitdb/settings.yaml`. Nothing in it changes what the tables are: the Go tools prefix nothing with `default_namespace` either.
 * @returns the required languages
 */
export const readSettings = (source: Source, problems: DefinitionProblem[]): readonly string[] => {
  const place = placeIn(source, problems)
  const {
    default_namespace: namespace,
    default_record_format: format,
    languages,
  } = readObject({ default_namespace: readText, default_record_format: readText, languages: readLanguages }, source.value, place)
  if (namespace !== undefined && parseTableId(namespace) === undefined)
    place.report(['default_namespace'], `default_namespace "${namespace}" may hold letters, digits, "." and "_", with a letter or digit at both ends`)
  if (format !== undefined && !Object.hasOwn(typesOfFormat, format))
    place.report(['default_record_format'], `unknown default_record_format "${format}"; formats are ${Object.keys(typesOfFormat).join(', ')}`)
  return languages ?? []
}

const readLanguages: Reader<readonly string[]> = (value, place) => {
  if (!Array.isArray(value)) {
    place.report(place.path, '"languages" must be a list')
    return undefined
  }
  const languages: string[] = []
  let optionalSeen = false
  for (const [index, item] of value.entries()) {
    const required = checkLanguage(item, { ...place, path: [...place.path, String(index)] })
    if (required && optionalSeen) place.report([...place.path, String(index)], 'required languages come before optional ones')
    if (!required) optionalSeen = true
    else if (isJsonObject(item) && typeof item.required === 'string') languages.push(item.required)
  }
  return languages
}

const checkLanguage = (item: Json, place: Place): boolean => {
  const entries = isJsonObject(item) ? Object.entries(item) : []
  const [kind, code] = entries[0] ?? []
  if (entries.length !== 1 || (kind !== 'required' && kind !== 'optional'))
    place.report(place.path, 'each language is one of {required: code} and {optional: code}')
  else if (typeof code !== 'string' || !/^[A-Za-z0-9-]{2,}$/.test(code))
    place.report(place.path, 'a language code has at least two characters: letters, digits and "-"')
  return kind === 'required'
}
