import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCodeBlocks } from '../../support/markdown.ts'
import { runProgram } from '../../support/run-program.ts'
import { projectRoot, readSource } from '../../support/source-tree.ts'

const blocks = parseCodeBlocks(readSource('docs/reference/library.md'))
const blockOf = (info: string): string => `${blocks.find((block) => block.info === info)?.text}\n`

test('the page about the library shows the example program, as a user of the package would write it', () => {
  expect(blockOf('ts')).toBe(readSource('client/examples/library/main.ts').replace("'../../../api/local.ts'", "'ingitdb/local'"))
})

test('the example program prints what the page says', async () => {
  const base = await mkdtemp(join(tmpdir(), 'ingitdb-library-'))
  try {
    const env = { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1', TZ: 'UTC', LANG: 'C.UTF-8' }
    const run = await runProgram(process.execPath, [join(projectRoot, 'dist/client/examples/library/main.js')], { cwd: base, env })
    expect(run).toEqual({ status: 0, stderr: '', stdout: blockOf('text') })
  } finally {
    await rm(base, { recursive: true, force: true })
  }
})
