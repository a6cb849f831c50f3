import { readToml } from './toml-reader.ts'
import { renderTomlName } from './write-toml.ts'

const nameAt = /"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+/y

/** The text of one record whose fields get other names: before an equals sign, at the start of dotted names, and in headers. Nothing else is touched. */
export const renameTomlNames = (text: string, names: Readonly<Record<string, string>>): string => {
  const { sections } = readToml(text)
  const places = sections.flatMap(({ path, start, entries }) => {
    const [first] = path
    if (first === undefined) return entries.map((entry) => ({ at: entry.start, name: entry.names[0] ?? '' }))
    return [{ at: start + (/^\[\[?[ \t]*/.exec(text.slice(start))?.[0].length ?? 0), name: first }]
  })
  return places.reduceRight((edited, { at, name }) => {
    const renamed = Object.hasOwn(names, name) ? names[name] : undefined
    nameAt.lastIndex = at
    const length = nameAt.exec(edited)?.[0].length ?? 0
    return renamed === undefined ? edited : edited.slice(0, at) + renderTomlName(renamed) + edited.slice(at + length)
  }, text)
}
