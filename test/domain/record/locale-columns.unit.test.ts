import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { findMissingLanguages, presentLocales, settleLocales } from '../../../domain/record/locale-columns.ts'
import { given, idOf, keyOf, tableOf } from '../../support/given-records.ts'

const table = tableOf('pages', { columns: { title: { type: 'string', locale: 'en' }, titles: 'map[locale]string', size: 'int' } })
const patch = (fields: JsonObject) => ({ type: 'PatchRecord', table: idOf('pages'), key: keyOf('home'), patch: fields }) as const

describe('an answer tells the title once:', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ titles: { en: 'Home', ru: 'Дом' } }, { titles: { ru: 'Дом' }, title: 'Home' }],
    [
      { title: 'Old', titles: { en: 'Home', ru: 'Дом' } },
      { title: 'Home', titles: { ru: 'Дом' } },
    ],
    [{ titles: { en: 'Home' } }, { title: 'Home' }],
    [
      { title: 'Home', titles: { ru: 'Дом' } },
      { title: 'Home', titles: { ru: 'Дом' } },
    ],
    [{ title: 'Home' }, { title: 'Home' }],
    [{ titles: { en: 5 } }, { titles: { en: 5 } }],
  ])('%j as %j', (stored, shown) => {
    expect(presentLocales(table, stored)).toEqual(shown)
  })
})

describe('a write', () => {
  test.each<[what: string, before: JsonObject, change: JsonObject, after: JsonObject]>([
    ['of another field leaves the pair as the file has it', { titles: { en: 'A', ru: 'Б' } }, { size: 1 }, { titles: { en: 'A', ru: 'Б' }, size: 1 }],
    [
      'of another field leaves a pair that says two things',
      { title: 'X', titles: { en: 'A' } },
      { size: 1 },
      { title: 'X', titles: { en: 'A' }, size: 1 },
    ],
    ['of the title goes where the file has it', { titles: { en: 'A', ru: 'Б' } }, { title: 'N' }, { titles: { en: 'N', ru: 'Б' } }],
    ['of the title in its own field stays there', { title: 'A', titles: { ru: 'Б' } }, { title: 'N' }, { title: 'N', titles: { ru: 'Б' } }],
    [
      'of the title ends a pair that says two things',
      { title: 'X', titles: { en: 'A', ru: 'Б' } },
      { title: 'N' },
      { title: 'N', titles: { ru: 'Б' } },
    ],
    [
      'of its language in the map is one of the title',
      { title: 'A', titles: { ru: 'Б' } },
      { titles: { en: 'N' } },
      { title: 'N', titles: { ru: 'Б' } },
    ],
    ['that takes the other languages away keeps the title', { titles: { en: 'A', ru: 'Б' } }, { titles: null }, { titles: { en: 'A' } }],
    ['that takes the title away keeps the other languages', { titles: { en: 'A', ru: 'Б' } }, { title: null }, { titles: { ru: 'Б' } }],
  ])('%s', (...[, before, change, after]) => {
    given([table], { pages: { home: before } })
      .when(patch(change))
      .thenState({ pages: { home: after } })
  })

  test('that says two things at once is refused', () => {
    given([table], { pages: { home: { title: 'A' } } })
      .when(patch({ title: 'B', titles: { en: 'C' } }))
      .thenFailsWith('invalid-input', { rule: 'locale', field: '/title', key: 'home' })
  })

  test('reads back as it was asked for, whatever the file said before', () => {
    const text = fc.string({ maxLength: 3 })
    const file = fc.record({ title: text, titles: fc.dictionary(fc.constantFrom('en', 'ru', 'de'), text), size: fc.nat() }, { requiredKeys: [] })
    const asked = fc.record(
      { title: text, titles: fc.dictionary(fc.constantFrom('ru', 'de'), text, { minKeys: 1 }), size: fc.nat() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.option(file, { nil: undefined }), asked, (before, fields) => {
        const settled = settleLocales(table, before, fields)
        expect(settled.ok && presentLocales(table, settled.value)).toEqual(fields)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a required language', () => {
  test.each<[JsonObject, string | undefined]>([
    [{ title: 'Home', titles: { ru: 'Дом' } }, undefined],
    [{ titles: { en: 'Home', ru: '' } }, 'the field "titles" lacks the required language ru'],
    [{ titles: { en: 'Home', de: 'Heim' } }, 'the field "titles" lacks the required language ru'],
    [{ titles: { de: 'Heim' } }, 'the field "titles" lacks the required languages en, ru'],
    [{}, undefined],
  ])('of %j', (fields, message) => {
    const found = findMissingLanguages(table, fields, ['en', 'ru']).map((issue) => issue.message)
    expect(found).toEqual(message === undefined ? [] : [message])
  })
})
