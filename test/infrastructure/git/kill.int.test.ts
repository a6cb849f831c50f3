import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FaultPoint, faultPoints } from '../../../infrastructure/git/fault-points.ts'
import { testTable } from './test-codecs.ts'
import { created, inserted, main, readAll, recordsOf, TestRepository, updated, write } from './test-repository.ts'

const signalOfChild = (path: string, point: FaultPoint): Promise<string | null | undefined> =>
  new Promise((resolve) => {
    const args = ['--import', 'tsx', join(import.meta.dirname, 'crash-child.ts'), path, point]
    const child = execFile(process.execPath, args, () => resolve(child.signalCode))
  })

const isAfterCommitPoint = (point: FaultPoint) => faultPoints.indexOf(point) >= faultPoints.indexOf('ref-moved')

describe.each(['bare', 'ordinary'] as const)('a writer of a %s repository', (kind) => {
  // A bare repository has neither files nor an index.
  const points = faultPoints.filter((point) => kind === 'ordinary' || !/^(files|index)-/.test(point))
  test.concurrent.each(points)('killed at "%s" leaves all of a group or nothing', async (point) => {
    await using repository = new TestRepository(kind)
    const store = await repository.open()
    await write(store, [[created(testTable('users')), inserted('users', 'u1', { a: 1 })]])
    await store.close()
    const before = store.readHead(main)

    expect(await signalOfChild(repository.path, point)).toBe('SIGKILL')

    const next = await repository.open()
    const head = next.readHead(main)
    const records = recordsOf(await readAll(next, head))
    if (isAfterCommitPoint(point)) expect([records['users/u1']?.fields, records['users/u2']?.fields]).toEqual([{ a: 2 }, { a: 2 }])
    else expect([head, records['users/u1']?.fields, records['users/u2']]).toEqual([before, { a: 1 }, undefined])
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')

    expect((await next.repairWorkTree()).isBehind).toBe(false)
    expect(existsSync(join(repository.path, '.git/index.lock'))).toBe(false)
    if (kind === 'ordinary') expect(repository.git('status', '--porcelain')).toBe('')
    expect((await write(next, [[updated('users', 'u1', { a: 3 })]])).status).toBe('committed')
    await next.close()
    if (kind === 'ordinary') expect(repository.git('status', '--porcelain')).toBe('')
    expect(existsSync(join(repository.path, kind === 'bare' ? '' : '.git', 'refs/heads/main.lock'))).toBe(false)
  })
})
