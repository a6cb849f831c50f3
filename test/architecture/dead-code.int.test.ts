import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/run-program.ts'
import { projectRoot } from '../support/source-tree.ts'

test('no file, export or dependency is without a user, and none is used without being declared', async () => {
  const knip = await runProgram(process.execPath, [join(projectRoot, 'node_modules/knip/bin/knip.js'), '--no-progress'], { cwd: projectRoot })
  expect(knip.stdout + knip.stderr).toBe('')
  expect(knip.status).toBe(0)
})
