import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ClaimFailed } from './claim.ts'
import { makeDemoFolder } from './demo-folder.ts'
import { sayGoodbye } from './say-goodbye.ts'
import { openStage, type Step } from './stage.ts'
import { createDatabase } from './steps/create-database.ts'
import { createTables } from './steps/create-tables.ts'
import { editByHand } from './steps/edit-by-hand.ts'
import { filterRecords } from './steps/filter-records.ts'
import { importData } from './steps/import-data.ts'
import { openGoDatabase } from './steps/open-go-database.ts'
import { readHistory } from './steps/read-history.ts'
import { rebuildReadModel } from './steps/rebuild-read-model.ts'
import { refuseChanges } from './steps/refuse-changes.ts'
import { travelInTime } from './steps/travel-in-time.ts'
import { updateRecords } from './steps/update-records.ts'
import { openTerminal } from './terminal.ts'

const steps: readonly Step[] = [
  createDatabase,
  createTables,
  importData,
  filterRecords,
  updateRecords,
  refuseChanges,
  readHistory,
  travelInTime,
  editByHand,
  rebuildReadModel,
  openGoDatabase,
]

/** Tells the whole tour. @returns the exit code: 1 when a claim does not hold, or the folder is somebody else's */
const runDemo = async (directory: string): Promise<number> => {
  const folder = makeDemoFolder(resolve(directory))
  if (folder === undefined) {
    process.stderr.write(`${directory} holds something that this demo did not make, and is left alone: name another folder with --directory DIR\n`)
    return 1
  }
  const terminal = openTerminal(process.stdout)
  terminal.say(`A tour of inGitDB on real data, in ${relative('', folder.root) || '.'}. Every command is run as you would type it.`)
  const stage = openStage(folder, terminal)
  try {
    for (const [index, { title, run }] of steps.entries()) {
      terminal.heading(`${index + 1}. ${title}`)
      await run(stage)
    }
  } catch (error) {
    if (!(error instanceof ClaimFailed)) throw error
    process.stderr.write(`\nThe demo claims something that does not hold.\n  ${error.message}\n`)
    return 1
  }
  sayGoodbye(terminal, folder)
  return 0
}

/** @returns `undefined` when the command line cannot be understood, which has been said */
const readDirectory = (): string | undefined => {
  try {
    return parseArgs({ options: { directory: { type: 'string', default: 'demo-database' } } }).values.directory
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\nusage: npm run demo -- [--directory DIR]\n`)
    return undefined
  }
}

const directory = readDirectory()
process.exitCode = directory === undefined ? 64 : await runDemo(directory)
