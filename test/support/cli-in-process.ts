import { readFile, writeFile } from 'node:fs/promises'
import type { Formats } from '../../api/contract/formats.ts'
import type { Io } from '../../client/cli/io.ts'
import type { Local } from '../../client/cli/local.ts'
import { runProgram } from '../../client/cli/program.ts'
import type { Json } from '../../domain/json.ts'
import { isJsonObject } from '../../domain/json.ts'
import { fail, ok } from '../../domain/result.ts'
import { parseCsv } from '../../infrastructure/formats/csv/parse-csv.ts'
import { deflateBlocks } from '../../infrastructure/formats/export/deflate-blocks.ts'
import { writeRecords } from '../../infrastructure/formats/export/write-records.ts'
import { readParquetRecords, readParquetTypes } from '../../infrastructure/formats/import/read-parquet-records.ts'
import { readRecords } from '../../infrastructure/formats/import/read-records.ts'
import { parseIngr } from '../../infrastructure/formats/ingr/parse-ingr.ts'
import { parseJson } from '../../infrastructure/formats/json/parse-json.ts'
import { parseMarkdown } from '../../infrastructure/formats/markdown/parse-markdown.ts'
import { parseToml } from '../../infrastructure/formats/toml/parse-toml.ts'
import { withoutNulls } from '../../infrastructure/formats/toml/without-nulls.ts'
import { writeTomlFile } from '../../infrastructure/formats/toml/write-toml.ts'
import { parseYaml, parseYamlDocuments } from '../../infrastructure/formats/yaml/parse-yaml.ts'
import { writeYamlFile, writeYamlList } from '../../infrastructure/formats/yaml/write-yaml.ts'
import { callOn, commitOf, type FakeDatabase } from './fake-database.ts'

export interface CliOutcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface CliSurroundings {
  readonly stdin?: string | Uint8Array
  /** Whether the three streams are a terminal. */
  readonly terminal?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Characters in a line of the terminal. */
  readonly columns?: number
  /** What a person makes of the text that their editor shows. */
  readonly editor?: (text: string) => string | Promise<string>
}

/** Runs a command line in this process, on a database in memory. */
export const runCliOn = async (database: FakeDatabase, args: readonly string[], surroundings: CliSurroundings = {}): Promise<CliOutcome> => {
  const { terminal = false, stdin, env = {}, cwd = '/', columns, editor } = surroundings
  let [stdout, stderr] = ['', '']
  const io: Io = {
    cwd,
    env: editor === undefined ? env : { EDITOR: 'person', ...env },
    stdin: streamOf(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? new Uint8Array())),
    stdinIsTerminal: terminal && stdin === undefined,
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    ...(columns !== undefined && { columns }),
    out: async (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
    onInterrupt: () => () => undefined,
    openLines: async () => {
      throw new Error('nobody types here')
    },
    openKeys: () => ({ read: async () => undefined, release: () => undefined }),
    runInForeground: async ([, file = '']) => {
      if (editor === undefined) return undefined
      await writeFile(file, await editor(await readFile(file, 'utf8')))
      return 0
    },
  }
  const status = await runProgram(args[0] === '__complete' ? args : [...args, '--path', '/db'], io, async () => localOf(database))
  return { status, stdout, stderr }
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const localOf = (database: FakeDatabase): Local => ({
  formats,
  init: async (directory) =>
    directory.endsWith('taken') ? fail({ kind: 'already-exists', what: 'database', id: directory }) : ok({ commit: commitOf(1) }),
  setUp: async () => ok({ made: [] }),
  clone: async ({ directory }) => fail({ kind: 'already-exists', what: 'folder', id: directory }),
  mergeFiles: async () => [],
  convert: async (directory) => fail({ kind: 'not-found', what: 'folder', id: directory }),
  adopt: async (directory) => fail({ kind: 'not-found', what: 'folder', id: directory }),
  openRemote: async (_place, onProgress) => ok({ call: callOn(database, onProgress), [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }),
  open: async (_directory, { onProgress }) =>
    ok({ call: callOn(database, onProgress), [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }),
})

const formats: Formats = {
  parseJson: async (text) => parseJson(text),
  parseYaml: async (text) => parseYaml(text),
  parseIngr: async (text) => parseIngr(text),
  parseToml: async (text) => parseToml(text),
  parseMarkdown: async (text, contentField) => parseMarkdown(text, contentField),
  parseYamlDocuments: async (text) => parseYamlDocuments(text),
  parseCsv: async (text, fields) => parseCsv(text, fields),
  readRecords,
  readParquet: readParquetRecords,
  readParquetTypes,
  writeRecords: async (batches, options) => writeRecords(batches, options),
  compress: deflateBlocks,
  stringifyToml: async (value) => writeTomlFile(withoutNulls(value)),
  stringifyYaml: async (value: Json) =>
    Array.isArray(value) ? writeYamlList(value.filter(isJsonObject), []) : isJsonObject(value) ? writeYamlFile(value) : `${String(value)}\n`,
}
