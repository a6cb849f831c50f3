import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { followTransport } from '../../../../infrastructure/git/remote/follow-transport.ts'

const say = (script: string) => spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })

test('progress is shown as numbers, and everything else is kept', async () => {
  const shown: unknown[] = []
  const lines = [
    'remote: Counting objects: 100% (3/3), done.\\n',
    'Receiving objects:  33% (4/12)\\rReceiving obj',
    'ects: 100% (12/12), 1.20 MiB | 2.00 MiB/s, done.\\n',
    'Enumerating objects: 7, done.\\nremote: Checking data: 5 problems\\nfatal: no',
  ]
  const child = say(`${lines.map((line) => `process.stderr.write('${line}')`).join(';')};process.exitCode = 3`)
  const output = await followTransport(child, { onProgress: (...progress) => shown.push(progress) })
  expect(output).toMatchObject({ code: 3, stderr: 'remote: Checking data: 5 problems\nfatal: no\n' })
  expect(shown).toEqual([
    [3, 3, 'Counting objects'],
    [4, 12, 'Receiving objects'],
    [12, 12, 'Receiving objects'],
    [7, 0, 'Enumerating objects'],
  ])
})

test('what says nothing for too long is ended, and so is what nobody waits for', async () => {
  const forever = 'setInterval(() => undefined, 1000)'
  expect(await followTransport(say(forever), { stallMs: 50 })).toMatchObject({ code: 128, ended: 'stalled' })
  expect(await followTransport(say(forever), { signal: AbortSignal.abort() })).toMatchObject({ code: 128, ended: 'aborted' })
})
