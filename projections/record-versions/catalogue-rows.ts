import { asJson, stringifyJson } from '../../domain/json.ts'
import { type Catalogue, emptyCatalogue } from '../../domain/table/table.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { ReadJson } from './read-json.ts'

/** Number of the catalogue that has no tables: what a commit without a parent starts from. */
export const noCatalogue = 0

/** Catalogues by number, parsed once per process: the same object for the same number, so that what is compiled for a table can hang on it. */
export interface CatalogueRows {
  read(catalogueNo: number): Catalogue
  write(catalogue: Catalogue): number
  /** After a rollback: numbers given since may be given again. */
  forget(): void
}

export const createCatalogueRows = (db: ReadDatabase, readJson: ReadJson): CatalogueRows => {
  const parsed = new Map<number, Catalogue>()
  return {
    read(catalogueNo) {
      if (catalogueNo === noCatalogue) return emptyCatalogue
      const found = parsed.get(catalogueNo) ?? parseCatalogue(db, readJson, catalogueNo)
      parsed.set(catalogueNo, found)
      return found
    },
    write(catalogue) {
      db.sql('insert into catalogues (json) values (?)').run(stringifyJson(asJson(catalogue)))
      const catalogueNo = db.sql<{ no: number }>('select max(catalogue_no) no from catalogues').get()?.no ?? 1
      parsed.set(catalogueNo, catalogue)
      return catalogueNo
    },
    forget: () => parsed.clear(),
  }
}

/** What `write` stored: a file of another version, whose catalogues may look different, is never opened. */
const parseCatalogue = (db: ReadDatabase, readJson: ReadJson, catalogueNo: number): Catalogue => {
  const row = db.sql<{ json: string }>('select json from catalogues where catalogue_no = ?').get(catalogueNo)
  if (row === undefined) throw new Error(`catalogue ${catalogueNo} is missing from the read model`)
  return readJson(row.json) as unknown as Catalogue
}
