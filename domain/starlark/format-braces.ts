import { showText, showValue } from './show-value.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { fromByteText } from './utf8.ts'
import type { CallArguments, Value } from './value.ts'

const piece = /\{\{|\}\}|\{([^}]*)\}|[{}]|[^{}]+/gs
const field = /^([^!:]*)(?:!([^:]*))?(?::(.*))?$/s

/** `text.format(...)`: `{}`, `{0}`, `{name}` and `{name!r}`; no format specifications. */
export const formatBraces = (format: string, args: CallArguments, thread: Thread): string => {
  const numbering: Numbering = { next: 0, kind: undefined }
  let text = ''
  for (const [whole, inside] of format.matchAll(piece)) {
    if (inside !== undefined) text += formatField(inside, args, { numbering, thread })
    else if (whole === '{{' || whole === '}}') text += whole.charAt(0)
    else if (whole === '{' || whole === '}') refuse(`a lone ${whole} in a format is written ${whole}${whole}`)
    else text += whole
    thread.makeText(text.length)
  }
  return text
}

interface Numbering {
  next: number
  kind: 'automatic' | 'manual' | undefined
}

const formatField = (
  inside: string,
  args: CallArguments,
  { numbering, thread }: { readonly numbering: Numbering; readonly thread: Thread },
): string => {
  const [, name = '', conversion = 's', specification = ''] = field.exec(inside) ?? []
  const value = findArgument(name, args, numbering)
  if (specification !== '') refuse(`a format may not specify how a value is shown: ":${specification}"`)
  if (conversion !== 's' && conversion !== 'r') refuse(`there is no conversion !${conversion}`)
  return conversion === 's' ? showText(value, thread) : showValue(value, thread)
}

const findArgument = (name: string, { positional, named }: CallArguments, numbering: Numbering): Value => {
  if (name === '' || /^[0-9]+$/.test(name)) {
    const kind = name === '' ? 'automatic' : 'manual'
    if (numbering.kind !== undefined && numbering.kind !== kind) refuse('a format either numbers all its fields or none')
    numbering.kind = kind
    const index = name === '' ? numbering.next : Number(name)
    numbering.next += 1
    return index < positional.length ? (positional[index] ?? null) : refuse(`the format has no argument ${index}`)
  }
  const value = named.get(fromByteText(name) ?? name)
  return value === undefined ? refuse(`the format has no argument "${name}"`) : value
}
