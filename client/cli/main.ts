#!/usr/bin/env node
import { openProcessIo } from './io.ts'
import type { Local } from './local.ts'
import { runProgram } from './program.ts'

const completionMillisecondsMax = 2_000

/** The wiring: the product in this process, loaded when a command needs it. */
const loadLocal = async (): Promise<Local> => {
  const { adoptLocal, callLocal, cloneLocal, convertLocal, formats, initLocal, openLocal, openRemote, setUpLocal } = await import(
    '../../api/local.ts'
  )
  return {
    formats,
    adopt: adoptLocal,
    convert: convertLocal,
    init: initLocal,
    setUp: setUpLocal,
    clone: (place, watch) => cloneLocal({ ...place, ...watch, isInteractive }),
    mergeFiles: async (files) => (await import('../../api/merge-driver.ts')).mergeFilesLocal(files),
    openRemote: ({ refresh, ...source }, onProgress) => openRemote(source, { refresh, onProgress }),
    open: async (directory, watch) => {
      const { onProgress } = watch
      const database = await openLocal(directory, { onProgress, isInteractive })
      if (!database.ok) return database
      return {
        ok: true,
        value: {
          call: (name, input) => callLocal(database.value, onProgress, watch.signal)(name, input),
          [Symbol.asyncDispose]: () => database.value[Symbol.asyncDispose](),
        },
      }
    },
  }
}

const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true
const args = process.argv.slice(2)
if (args[0] === '__complete') {
  // Somebody is typing: what takes longer than this, such as a first build of the read model, is not waited for.
  setTimeout(() => process.exit(0), completionMillisecondsMax)
  await runProgram(args, openProcessIo(), loadLocal)
  process.exit(0)
}
process.exitCode = await runProgram(args, openProcessIo(), loadLocal)
