import { expect, test } from 'vitest'
import { messagesOf, plainDefinition, readUsers } from './definition-files.ts'

const check = (settings: string) => {
  const catalogue = readUsers(plainDefinition, { '.ingitdb/settings.yaml': settings })
  expect(catalogue.tables).toHaveLength(1)
  return messagesOf(catalogue)
}

test('the three settings are accepted', () => {
  expect(check('default_namespace: todo\ndefault_record_format: yaml\nlanguages:\n  - required: en\n  - optional: zh-Hant\n')).toEqual([])
  expect(check('')).toEqual([])
})

const wrong: Readonly<Record<string, string>> = {
  'records_delimiter: x\n':
    '.ingitdb/settings.yaml:1 unknown key "records_delimiter"; known keys: default_namespace, default_record_format, languages',
  'default_namespace: a-b\n': '.ingitdb/settings.yaml:1 default_namespace "a-b"',
  'default_record_format: xml\n': '.ingitdb/settings.yaml:1 unknown default_record_format "xml"',
  'languages: en\n': '.ingitdb/settings.yaml:1 "languages" must be a list',
  'languages:\n  - optional: en\n  - required: ru\n': '.ingitdb/settings.yaml:3 required languages come before optional ones',
  'languages: [{required: en, optional: ru}]\n': 'each language is one of {required: code} and {optional: code}',
  'languages: [{wanted: en}]\n': 'each language is one of',
  'languages: [{required: e}]\n': 'a language code has at least two characters',
  'languages: [{required: e_n}]\n': 'a language code has at least two characters',
  '[a]\n': 'the file must be a map, not a list',
}
for (const [settings, message] of Object.entries(wrong))
  test(`${JSON.stringify(settings)} is reported, and the tables are served`, () => {
    expect(check(settings).join('\n')).toContain(message)
  })
