import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { insertEntry, removeEntry } from '../../../../infrastructure/formats/definition/edit-root-collections.ts'
import { parseYaml } from '../../../../infrastructure/formats/yaml/parse-yaml.ts'

describe('a new entry', () => {
  test('makes a new file', () => {
    expect(insertEntry('', 'users', 'users')).toBe('users: users\n')
  })

  test('goes to its sorted place in a sorted file, comments and blank lines stay', () => {
    const text = '# tables of the shop\n\na: a # first\n# about c\nc: c\n'
    expect(insertEntry(text, 'b', 'b')).toBe('# tables of the shop\n\na: a # first\nb: b\n# about c\nc: c\n')
    expect(insertEntry(text, 'A', 'A')).toBe('# tables of the shop\n\nA: A\na: a # first\n# about c\nc: c\n')
    expect(insertEntry(text, 'd', 'd')).toBe(`${text}d: d\n`)
  })

  test('goes to the end of a file that is not sorted', () => {
    expect(insertEntry('z: z\na: a\n# end\n', 'b', 'b')).toBe('z: z\na: a\nb: b\n# end\n')
  })

  test('follows the line ends, the indentation and the missing last line end of the file', () => {
    expect(insertEntry('a: a\r\nc: c\r\n', 'b', 'b')).toBe('a: a\r\nb: b\r\nc: c\r\n')
    expect(insertEntry('  a: a\n', 'b', 'b')).toBe('  a: a\n  b: b\n')
    expect(insertEntry('a: a', 'b', 'b')).toBe('a: a\nb: b\n')
    expect(insertEntry('# only this', 'b', 'b')).toBe('# only this\nb: b\n')
  })

  test('goes between the braces of a flow map', () => {
    expect(insertEntry('{}\n', 'b', 'b')).toBe('{b: b}\n')
    expect(insertEntry('{a: "a"} # x\n', 'b', 'b')).toBe('{a: "a", b: b} # x\n')
  })

  test('quotes the one word that is not a text', () => {
    expect(insertEntry('', 'null', 'Null')).toBe('"null": "Null"\n')
  })
})

describe('an entry that goes', () => {
  test('takes its line with it and nothing else', () => {
    expect(removeEntry('# top\na: a\n"b": b # gone\nc: c\n', 'b')).toBe('# top\na: a\nc: c\n')
    expect(removeEntry('a: a\nb:\n  b\nc: c', 'b')).toBe('a: a\nc: c')
    expect(removeEntry('{a: a, b: b}\n', 'a')).toBe('{b: b}\n')
  })

  test('leaves an empty file behind when it was the last', () => {
    expect(removeEntry('a: a\n', 'a')).toBe('')
  })

  test('that is not there changes nothing', () => {
    expect(removeEntry('a: a\n', 'b')).toBe('a: a\n')
    expect(removeEntry('', 'b')).toBe('')
  })
})

test('whatever the file looks like, adding adds one entry, and removing it again restores the file', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._]{0,6}[A-Za-z0-9])?$/)
  const line = fc
    .tuple(id, fc.constantFrom('', ' # note', '\n# about the next', '\n'), fc.constantFrom('', '"'))
    .map(([key, after, quote]) => ({ key, after, quote }))
  const file = fc.uniqueArray(line, { selector: ({ key }) => key, maxLength: 8 })
  fc.assert(
    fc.property(file, id, fc.constantFrom('\n', '\r\n'), (lines, key, eol) => {
      fc.pre(!lines.some((each) => each.key === key))
      const text = lines
        .map((each) => `${each.quote}${each.key}${each.quote}: dir/${each.key}${each.after}\n`)
        .join('')
        .replaceAll('\n', lines.length === 0 ? '\n' : eol)
      const added = insertEntry(text, key, key)
      const parsed = parseYaml(added)
      expect(parsed.ok && Object.keys(parsed.value ?? {}).sort()).toEqual([...lines.map((each) => each.key), key].sort())
      expect(removeEntry(added, key)).toBe(text)
    }),
  )
})
