import type { SqlQuery } from './read-query.ts'

/** The statement with each reference replaced by the view of that place; where it has no alias, columns are still found by the name that it had. */
export const rewriteSqlQuery = ({ text, references }: SqlQuery, viewNames: readonly string[]): string => {
  let rewritten = ''
  let from = 0
  for (const [index, { name, start, end, hasAlias }] of references.entries()) {
    // Blanks keep names apart that only their quotes did: `FROM users"u"`.
    rewritten += `${text.slice(from, start)} ${quoteName(viewNames[index] ?? '')}${hasAlias ? '' : ` AS ${quoteName(name)}`} `
    from = end
  }
  return rewritten + text.slice(from)
}

/** A name as SQL takes it, whatever is in it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
