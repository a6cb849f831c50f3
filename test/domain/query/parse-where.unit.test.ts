import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, type Json } from '../../../domain/json.ts'
import type { Filter } from '../../../domain/query/filter.ts'
import { andFilters, parseWhere, renameInWhere } from '../../../domain/query/parse-where.ts'

const parsed = (text: string): Filter => {
  const result = parseWhere(text)
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const refusal = (text: string): string => {
  const result = parseWhere(text)
  if (result.ok || result.failure.kind !== 'invalid-input') throw new Error(`${text} was not refused: ${JSON.stringify(result)}`)
  expect(result.failure.issues[0]).toMatchObject({ rule: 'parse', value: text })
  return result.failure.issues[0]?.message ?? ''
}

const eq = (name: string, value: Json): Filter => ({ op: 'eq', path: [name], value })

describe('conditions of the Go CLI', () => {
  test.each<[string, Filter]>([
    ['name==Alice', eq('name', 'Alice')],
    ['name=Alice', eq('name', 'Alice')],
    ['name===Alice', eq('name', 'Alice')],
    ['name!=Alice', { op: 'ne', path: ['name'], value: 'Alice' }],
    ['name!==Alice', { op: 'ne', path: ['name'], value: 'Alice' }],
    ['count===42', eq('count', 42)],
    ['count!==42', { op: 'ne', path: ['count'], value: 42 }],
    ['pop>100', { op: 'gt', path: ['pop'], value: 100 }],
    ['pop<100', { op: 'lt', path: ['pop'], value: 100 }],
    ['pop>=100', { op: 'ge', path: ['pop'], value: 100 }],
    ['pop <= 1,000,000', { op: 'le', path: ['pop'], value: 1_000_000 }],
    ['city == New York', eq('city', 'New York')],
    ['amount===1/2', eq('amount', '1/2')],
    ['amount===0x10', eq('amount', '0x10')],
    ['first-name===x', eq('first-name', 'x')],
    ['count==="42"', eq('count', '42')],
  ])('%s', (text, filter) => expect(parsed(text)).toEqual(filter))

  test('numbers keep their digits', () => {
    expect(parsed('id===9007199254740993')).toEqual(eq('id', new ExactNumber('9007199254740993')))
    expect(parsed('id===1.50')).toEqual(eq('id', new ExactNumber('1.50')))
    expect(parsed('id===-1.5')).toEqual(eq('id', -1.5))
  })

  test('loose equality also means the text of the same spelling, strict equality does not', () => {
    expect(parsed('zip==12345')).toEqual({ op: 'in', path: ['zip'], values: [12345, '12345'] })
    expect(parsed('zip!=12345')).toEqual({ op: 'not', of: { op: 'in', path: ['zip'], values: [12345, '12345'] } })
    expect(parsed('active=true')).toEqual({ op: 'in', path: ['active'], values: [true, 'true'] })
    expect(parsed("zip=='12345'")).toEqual(eq('zip', '12345'))
    expect(parsed('active===false')).toEqual(eq('active', false))
    expect(parsed('gone==null')).toEqual(eq('gone', null))
  })

  test('a key is always compared as text', () => {
    expect(parsed('$id==2024')).toEqual(eq('$id', '2024'))
    expect(parsed('$ID==2024')).toEqual(eq('$id', '2024'))
    expect(parsed('$id>=2024')).toEqual({ op: 'ge', path: ['$id'], value: '2024' })
    expect(parsed('$id in (1, null)')).toEqual({ op: 'in', path: ['$id'], values: ['1', 'null'] })
  })
})

describe('the wider grammar', () => {
  test.each<[string, Filter]>([
    ['address.city===Cork', { op: 'eq', path: ['address', 'city'], value: 'Cork' }],
    ['tags[0]===a', { op: 'eq', path: ['tags', '0'], value: 'a' }],
    ['tags.0===a', { op: 'eq', path: ['tags', '0'], value: 'a' }],
    ['`odd.name`.`a``b`===1', { op: 'eq', path: ['odd.name', 'a`b'], value: 1 }],
    ["name=='O''Brien'", eq('name', "O'Brien")],
    ['name=="say ""hi"""', eq('name', 'say "hi"')],
    ["name==''", eq('name', '')],
    ['name~ada', { op: 'contains', path: ['name'], value: 'ada', ignoreCase: false }],
    ['name^=2024', { op: 'starts-with', path: ['name'], value: '2024', ignoreCase: false }],
    ['name$=x', { op: 'ends-with', path: ['name'], value: 'x', ignoreCase: false }],
    ['$id$=x', { op: 'ends-with', path: ['$id'], value: 'x', ignoreCase: false }],
    ['has email', { op: 'exists', path: ['email'] }],
    ['HAS $id', { op: 'exists', path: ['$id'] }],
    ['not has `e mail`', { op: 'not', of: { op: 'exists', path: ['e mail'] } }],
    ['has==x', eq('has', 'x')],
    ['not = x', eq('not', 'x')],
    ['state==or', eq('state', 'or')],
    ['name==Foo (bar)', eq('name', 'Foo (bar)')],
    ['formula==a+b', eq('formula', 'a+b')],
    ["status in (active, 'on hold')", { op: 'in', path: ['status'], values: ['active', 'on hold'] }],
    ['size NOT IN (1,x)', { op: 'not', of: { op: 'in', path: ['size'], values: [1, '1', 'x'] } }],
  ])('%s', (text, filter) => expect(parsed(text)).toEqual(filter))

  test('"contains" finds a bare number in a list of numbers and in a text', () => {
    const contains = (value: Json): Filter => ({ op: 'contains', path: ['sizes'], value, ignoreCase: false })
    expect(parsed('sizes~5')).toEqual({ op: 'or', of: [contains(5), contains('5')] })
  })

  test('and binds closer than or, not closer than and; parentheses and keywords in any case', () => {
    const [a, b, c]: [Filter, Filter, Filter] = [eq('a', 'x'), eq('b', 'y'), eq('c', 'z')]
    expect(parsed('a==x and b==y or c==z')).toEqual({ op: 'or', of: [{ op: 'and', of: [a, b] }, c] })
    expect(parsed('a==x AND (b==y OR c==z)')).toEqual({ op: 'and', of: [a, { op: 'or', of: [b, c] }] })
    expect(parsed('not a==x and not(b==y)')).toEqual({
      op: 'and',
      of: [
        { op: 'not', of: a },
        { op: 'not', of: b },
      ],
    })
    expect(parsed("((a=='x')) and b==y and c==z")).toEqual({ op: 'and', of: [a, b, c] })
  })

  test('several conditions are joined by and', () => {
    expect(andFilters([])).toBeUndefined()
    expect(andFilters([eq('a', 1)])).toEqual(eq('a', 1))
    expect(andFilters([eq('a', 1), eq('b', 2)])).toEqual({ op: 'and', of: [eq('a', 1), eq('b', 2)] })
  })
})

describe('what cannot be read says where, what was expected, and how it is written', () => {
  test.each([
    ['', 'where:1:1: expected a field name'],
    ['Alice', 'where:1:6: expected an operator (== === != !== >= <= > < ~ ^= $= in), found the end'],
    ['==Alice', 'where:1:1: expected a field name'],
    ['name==', "where:1:7: expected a value (an empty text is ''), found the end"],
    ['name== and x==1', 'where:1:8: expected a value'],
    ['name====x', 'where:1:8: expected a value (quote it if it starts with an operator), found "=x"'],
    ['first name==x', 'where:1:7: expected an operator'],
    ["name=='x", "where:1:9: expected the closing '"],
    ["name=='x' y", 'where:1:11: expected "and", "or" or the end, found "y"'],
    ['`name==x', 'where:1:9: expected the closing `'],
    ['(a==1', 'where:1:6: expected "and", "or" or a closing parenthesis, found the end'],
    ['a==1)', 'where:1:5: expected "and", "or" or the end, found ")"'],
    ['a==1 b==2', 'where:1:6: expected "and" or "or" (quote the value if this is part of it), found "b==2"'],
    ['a==1 && b==2', 'where:1:6: expected "and" or "or"'],
    ['a==1 or', 'where:1:8: expected a field name'],
    ['a in (1', 'where:1:8: expected a comma or the closing parenthesis'],
    ['a in ()', 'where:1:7: expected a value'],
    ['a in 1', 'where:1:3: expected an operator'],
    ['tags[x]==1', 'where:1:6: expected a list position like [0], found "x]==1"'],
    ['tags[0==1', 'where:1:7: expected the closing ]'],
    ['a..b==1', 'where:1:3: expected a field name'],
    ['a[0][0][0][0]==1', 'where:1:1: expected a path of at most 3 list positions'],
    [`${'a.'.repeat(20)}a==1`, 'where:1:1: expected a path of at most 20 steps'],
    [`${'('.repeat(30)}a==1${')'.repeat(30)}`, 'expected at most 20 levels of nesting'],
    [`${'not '.repeat(30)}a==1`, 'expected at most 20 levels of nesting'],
  ])('%s', (text, message) => {
    expect(refusal(text)).toContain(message)
    expect(refusal(text)).toMatch(/\. Example: age>30 and /)
  })

  test('too long, too many and too deep are limits', () => {
    expect(parseWhere(`a==${'x'.repeat(70_000)}`)).toMatchObject({ failure: { kind: 'limit-exceeded', limit: 65_536, unit: 'characters' } })
    expect(parseWhere(Array(1_001).fill('a==x').join(' or '))).toMatchObject({
      failure: { kind: 'limit-exceeded', limit: 1_000, unit: 'conditions' },
    })
    expect(parseWhere(`a in (${Array(1_001).fill('x').join()})`)).toMatchObject({ failure: { kind: 'limit-exceeded', limit: 1_000, unit: 'values' } })
    const deep = `${'(a==x or b==y and '.repeat(15)}c==z${')'.repeat(15)}`
    expect(parseWhere(deep)).toMatchObject({ failure: { kind: 'limit-exceeded', limit: 20, unit: 'levels' } })
  })

  test('any text is read or refused, never thrown at', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '==',
      '>',
      '~',
      '(',
      ')',
      'and',
      'or',
      'not',
      'has',
      'in',
      "'",
      '"',
      '`',
      '[0]',
      '.',
      ',',
      ' ',
      '$',
      '$id',
      '1',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => void parseWhere(text),
      ),
    )
  })

  test('a value in quotes comes back as it is', () => {
    const quoted = (text: string, quote: string) => parsed(`a==${quote}${text.replaceAll(quote, quote + quote)}${quote}`)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom("'", '"'), (text, quote) => {
        expect(quoted(text, quote)).toEqual(eq('a', text))
      }),
    )
  })
})

test.each([
  ["age>30 and (city=='age' or not has age.age)", "years>30 and (`or`=='age' or not has years.age)"],
  ['agee == age', 'agee == age'],
  ['`city` in (city, "age")', '`or` in (city, "age")'],
  ['age >', 'age >'],
])('fields get other names where %s names them, and values stay', (text, renamed) => {
  const names = new Map([
    ['age', 'years'],
    ['city', 'or'],
  ])
  expect(renameInWhere(text, names)).toBe(renamed)
})
