import { placeNames } from './member-order.ts'

/** A map or list between brackets: where it stands, and where its members or items do (`end` is exclusive). */
export interface Container {
  readonly start: number
  readonly end: number
  readonly spans: readonly { readonly start: number; readonly end: number }[]
}

/** A member or item as it will be: the number of the span it comes from, when it was there before, and its text. */
export interface Part {
  readonly from?: number
  readonly text: string
}

/** Puts parts between the brackets of a container that has members already, with the white space and commas that stand there. */
export const assemble = (text: string, { start, end, spans }: Container, { parts, comma }: { parts: readonly Part[]; comma: string }): string => {
  const [first, second, last] = [spans[0], spans[1], spans.at(-1)]
  if (parts.length === 0 || first === undefined || last === undefined) return text.charAt(start) + text.charAt(end - 1)
  const lead = text.slice(start + 1, first.start)
  const usual = lead.includes('\n') ? `,${lead}` : second === undefined ? comma : text.slice(first.end, second.start)
  const body = parts.map((part, index) => {
    const [before, own] = part.from === undefined ? [] : [spans[part.from - 1], spans[part.from]]
    const separator = before === undefined || own === undefined ? usual : text.slice(before.end, own.start)
    return index === 0 ? part.text : separator + part.text
  })
  return text.charAt(start) + lead + body.join('') + text.slice(last.end, end)
}

/** Members that stay and members that are new, in the order in which they are written. */
export const mergeParts = (
  kept: ReadonlyMap<string, Part>,
  added: ReadonlyMap<string, Part>,
  order: { readonly columns: readonly string[]; readonly compare: (a: string, b: string) => number },
): readonly Part[] => placeNames([...kept.keys()], [...added.keys()], order).flatMap((name) => kept.get(name) ?? added.get(name) ?? [])
