#!/usr/bin/env node
import { openProcessIo } from './io.ts'
import type { Local } from './local.ts'
import { runProgram } from './program.ts'

/** The wiring: the product in this process, loaded when a command needs it. */
const loadLocal = async (): Promise<Local> => {
  const { callLocal, formats, initLocal, openLocal, setUpLocal } = await import('../../api/local.ts')
  return {
    formats,
    init: initLocal,
    setUp: setUpLocal,
    open: async (directory, onProgress) => {
      const database = await openLocal(directory, { onProgress })
      if (!database.ok) return database
      return { ok: true, value: { call: callLocal(database.value, onProgress), [Symbol.asyncDispose]: () => database.value[Symbol.asyncDispose]() } }
    },
  }
}

process.exitCode = await runProgram(process.argv.slice(2), openProcessIo(), loadLocal)
