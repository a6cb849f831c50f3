import type { Formats } from '../../api/contract/formats.ts'
import type { Io } from '../../client/cli/io.ts'
import type { Local } from '../../client/cli/local.ts'
import { runProgram } from '../../client/cli/program.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { isJsonObject } from '../../domain/json.ts'
import { fail, ok } from '../../domain/result.ts'
import { parseJson } from '../../infrastructure/formats/json/parse-json.ts'
import { parseYaml } from '../../infrastructure/formats/yaml/parse-yaml.ts'
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
}

/** Runs a command line in this process, on a database in memory. */
export const runCliOn = async (database: FakeDatabase, args: readonly string[], surroundings: CliSurroundings = {}): Promise<CliOutcome> => {
  const { terminal = false, stdin, env = {}, cwd = '/' } = surroundings
  let [stdout, stderr] = ['', '']
  const io: Io = {
    cwd,
    env,
    stdin: streamOf(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? new Uint8Array())),
    stdinIsTerminal: terminal && stdin === undefined,
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    out: async (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
  }
  const status = await runProgram([...args, '--path', '/db'], io, async () => localOf(database))
  return { status, stdout, stderr }
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const localOf = (database: FakeDatabase): Local => ({
  formats,
  init: async (directory) =>
    directory.endsWith('taken') ? fail({ kind: 'already-exists', what: 'database', id: directory }) : ok({ commit: commitOf(1) }),
  open: async (_directory, onProgress) => ok({ call: callOn(database, onProgress), [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }),
})

const formats: Formats = {
  parseJson: async (text) => parseJson(text),
  parseYaml: async (text) => parseYaml(text),
  parseCsv: async (text) => {
    const [header = '', ...lines] = text.trim().split('\n')
    const names = header.split(',')
    return ok(lines.map((line): JsonObject => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell]))))
  },
  stringifyYaml: async (value: Json) =>
    Array.isArray(value) ? writeYamlList(value.filter(isJsonObject), []) : isJsonObject(value) ? writeYamlFile(value) : `${String(value)}\n`,
}
