import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventStore } from '../../domain/event-sourcing/event-store.ts'
import { parseJson } from '../../infrastructure/formats/json/parse-json.ts'
import { createSchemaValidator } from '../../infrastructure/json-schema/ajv-validator.ts'
import { locateReadModel } from '../../infrastructure/sqlite/read-model-file.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import { createReadModel, type ReadModel } from '../../projections/read-model.ts'
import { createReadModelTables } from '../../projections/record-versions/schema.ts'

export const readJson = (text: string) => {
  const parsed = parseJson(text)
  if (!parsed.ok) throw new Error(`not JSON: ${text}`)
  return parsed.value
}

/** A read model in a folder of its own, gone when disposed. */
export const openReadModel = async (store: EventStore): Promise<ReadModel & AsyncDisposable & { openWriter(): ReadDatabase }> => {
  const directory = mkdtempSync(join(tmpdir(), 'ingitdb-read-model-'))
  const file = locateReadModel({ commonDirectory: directory, databasePath: '', version: 1, cacheDirectory: undefined })
  await file.build(async (db) => createReadModelTables(db))
  const readModel = createReadModel({
    reader: file.openReader(),
    openWriter: file.openWriter,
    lock: file.lock,
    isCurrent: () => true,
    readJson,
    readHead: store.readHead,
    loadPorts: async () => ({ store, readJson, validateSchema: createSchemaValidator() }),
  })
  return {
    ...readModel,
    openWriter: file.openWriter,
    async [Symbol.asyncDispose]() {
      await readModel.close()
      file.lock.close()
      rmSync(directory, { recursive: true })
    },
  }
}
