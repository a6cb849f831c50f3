import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'

/** A TOML file as go-toml v2 writes a map: names sorted, values before tables, texts between single quotes where they can be. */
export const writeTomlFile = (value: JsonObject): string => renderTable(value, [])

/** A table as a section of a file, with its header, and the sections inside it. */
export const renderTomlSection = (value: JsonObject, path: readonly string[]): string => `[${renderTomlPath(path)}]\n${renderTable(value, path)}`

/** One element of a list of tables. */
export const renderTomlElement = (value: JsonObject, path: readonly string[]): string => `[[${renderTomlPath(path)}]]\n${renderTable(value, path)}`

export const renderTomlPath = (path: readonly string[]): string => path.map(renderTomlName).join('.')

export const renderTomlName = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : renderTomlText(name))

/** Whether a value is written as a section, or several, when there is a place for that. */
export const isTomlSection = (value: Json): boolean => isJsonObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isJsonObject))

/** A value behind an equals sign, on one line. A null has no form in TOML: what is written for it is not read back. */
export const renderTomlInline = (value: Json): string => {
  if (value instanceof ExactNumber) return value.literal
  if (typeof value === 'string') return renderTomlText(value)
  if (Array.isArray(value)) return `[${value.map(renderTomlInline).join(', ')}]`
  if (isJsonObject(value)) {
    const names = Object.keys(value).sort(compareCodePoints)
    return `{${names.map((name) => `${renderTomlName(name)} = ${renderTomlInline(ownMember(value, name) ?? null)}`).join(', ')}}`
  }
  return value === null ? 'null' : String(value)
}

const renderTable = (value: JsonObject, path: readonly string[]): string => {
  const names = Object.keys(value).sort(compareCodePoints)
  const lines = names.flatMap((name) => {
    const member = value[name] ?? null
    return isTomlSection(member) ? [] : [`${renderTomlName(name)} = ${renderTomlInline(member)}\n`]
  })
  const sections = names.flatMap((name) => {
    const member = value[name] ?? null
    return isTomlSection(member) ? [renderSections(member, [...path, name])] : []
  })
  return joinParts([...(lines.length === 0 ? [] : [lines.join('')]), ...sections])
}

/** A blank line goes before a header, except where another header is all that stands before it. */
const joinParts = (parts: readonly string[]): string =>
  parts.map((part, index) => (index === 0 || endsWithHeader(parts[index - 1] ?? '') ? part : `\n${part}`)).join('')

const endsWithHeader = (text: string): boolean => text[text.lastIndexOf('\n', text.length - 2) + 1] === '['

export const renderSections = (value: Json, path: readonly string[]): string => {
  if (isJsonObject(value)) return renderTomlSection(value, path)
  return joinParts((Array.isArray(value) ? value : []).map((item) => renderTomlElement(isJsonObject(item) ? item : {}, path)))
}

/** Between single quotes, unless something in the text cannot stand there. */
export const renderTomlText = (text: string): string => (canBeLiteral(text) ? `'${text}'` : renderTomlBasic(text))

export const canBeLiteral = (text: string): boolean => !/['\u0000-\u001f\u007f]/.test(text)

const shortEscapes = new Map([
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ['\\', '\\\\'],
])

export const renderTomlBasic = (text: string): string =>
  `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => shortEscapes.get(character) ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`
