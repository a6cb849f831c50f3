import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { anyTable } from './arbitrary-tables.ts'
import { applyTo, filesOf, messagesOf, withoutFingerprint } from './definition-files.ts'

test('a table that is created is read back as it was', () => {
  fc.assert(
    fc.property(anyTable, (written) => {
      const before = filesOf({ '.ingitdb/root-collections.yaml': '# tables\nother: other\n' })
      const created = catalogueCodec.create(written, before)
      if (!created.ok) throw new Error(JSON.stringify(created.failure))
      const after = applyTo(before, created.value)
      for (const path of created.value.keys()) expect(catalogueCodec.isDefinitionPath(path)).toBe(true)
      const catalogue = catalogueCodec.read(after)
      expect(messagesOf(catalogue).filter((message) => !/drift|table other/.test(message))).toEqual([])
      const [read] = catalogue.tables
      expect(withoutFingerprint(read)).toEqual(written)
      const dropped = catalogueCodec.drop(written, after)
      if (!dropped.ok) throw new Error(JSON.stringify(dropped.failure))
      expect(applyTo(after, dropped.value)).toEqual(
        new Map([...before].map(([path, { bytes }]) => [path, { oid: `oid-${bytes.length}`, bytes: Buffer.from(bytes) }])),
      )
    }),
    { numRuns: 200 },
  )
})
