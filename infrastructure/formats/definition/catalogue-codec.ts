import type { CatalogueCodec } from '../../../domain/table/codecs.ts'
import { createTable, dropTable, renameTable } from './change-catalogue.ts'
import { changeTable } from './change-table-files.ts'
import { isDefinitionPath } from './definition-paths.ts'
import { dropDefaultView, viewPaths } from './drop-view.ts'
import { listBases } from './inherit-definition.ts'
import { readCatalogue } from './read-catalogue.ts'
import { viewsDirectory } from './read-views.ts'
import { changeViewFile } from './rename-in-views.ts'

/** Definition files as the Go tools have them, with what we add in files beside them; see the functions for what each promises. */
export const catalogueCodec: CatalogueCodec = {
  isDefinitionPath,
  listBases,
  read: readCatalogue,
  create: createTable,
  drop: dropTable,
  rename: renameTable,
  change: changeTable,
  viewPaths,
  viewsDirectory,
  changeView: changeViewFile,
  dropDefaultView,
}
