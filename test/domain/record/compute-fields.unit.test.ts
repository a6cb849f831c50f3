import { describe, expect, test } from 'vitest'
import { type JsonObject, parseNumber, stringifyJson } from '../../../domain/json.ts'
import { computeFields } from '../../../domain/record/compute-fields.ts'
import { tableOf } from '../../support/given-records.ts'

const compute = (type: string, formula: string, fields: JsonObject) => {
  const stored = Object.fromEntries(['a', 'b', 'text', 'flag', 'list', 'map'].map((name) => [name, 'any']))
  const { fields: all, faults } = computeFields(tableOf('t', { columns: { ...stored, x: { type, formula } } }), fields)
  return faults.length > 0 ? faults : Object.hasOwn(all, 'x') ? stringifyJson(all.x ?? null) : undefined
}

describe('a formula gives a field of its column’s type:', () => {
  test.each<[type: string, formula: string, fields: JsonObject, wanted: string | undefined]>([
    ['int', 'a + b * 2', { a: 3, b: 4 }, '11'],
    ['float', 'a / 2', { a: 5 }, '2.5'],
    ['int', 'a / 2', { a: 4 }, '2'],
    ['float', 'a / 2', { a: 4 }, '2.0'],
    ['int', 'a + 1', { a: parseNumber('9007199254740993') }, '9007199254740994'],
    ['any', 'a', { a: parseNumber('1.50') }, '1.5'],
    ['string', 'text.strip().upper()', { text: ' ada ' }, '"ADA"'],
    ['string', '"é" + text[0:2]', { text: 'éa' }, '"éé"'],
    ['bool', 'a == None', {}, 'true'],
    ['any', 'flag', { flag: true }, 'true'],
    ['int', 'round(a)', { a: 4.6 }, '5'],
    ['int', 'round(a)', { a: -0.5 }, '-1'],
    ['int', 'len(list) + len(map)', { list: [1, 2], map: { z: 1 } }, '3'],
    ['string', '",".join(map.keys())', { map: { z: 1, a: 2, __proto__x: 3 } }, '"__proto__x,a,z"'],
    ['string', 'None', {}, undefined],
    ['string', 'text', {}, undefined],
  ])('%s: %s', (...[type, formula, fields, wanted]) => {
    expect(compute(type, formula, fields)).toBe(wanted)
  })
})

describe('a formula that fails leaves its field out and says why:', () => {
  test.each<[type: string, formula: string, fields: JsonObject, why: string]>([
    ['int', 'a / 2', { a: 3 }, 'the result is the number 1.5, and no int'],
    ['int', 'text', { text: '3' }, 'the result is a string, and no int'],
    ['float', 'flag', { flag: true }, 'the result is a boolean, and no float'],
    ['string', 'str(a) + b', { a: 1 }, 'string + NoneType is not possible (column 8)'],
    [
      'any',
      '[a]',
      { a: 1 },
      'a result of type list cannot be stored in a field: a string, int, float, bool or None can; ", ".join(...) makes a string of a list of strings',
    ],
    ['int', 'a * a', { a: parseNumber('4611686018427387904') }, 'the int 21267647932558653966460912964485513216 does not fit in 64 bits'],
    ['string', 'text[0]', { text: 'é' }, 'the result cuts a character in two: index and slice count bytes, list(x.codepoints()) gives characters'],
    ['float', 'a * 1e308', { a: 100 }, 'an infinite float and nan cannot be stored in a field'],
    ['any', 'list.append(1)', { list: [] }, 'a list of the record cannot be changed (column 12)'],
  ])('%s: %s', (...[type, formula, fields, why]) => {
    expect(compute(type, formula, fields)).toEqual([`the field "x" cannot be computed, the record is served without it: ${why}`])
  })
})

test('a table without formulas gives the very same object back', () => {
  const fields = { a: 1 }
  expect(computeFields(tableOf('t', { columns: { a: 'int' } }), fields).fields).toBe(fields)
})
