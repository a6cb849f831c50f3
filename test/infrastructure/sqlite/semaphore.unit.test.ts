import { expect, test } from 'vitest'
import { Semaphore } from '../../../infrastructure/sqlite/semaphore.ts'

const longMs = 60_000

test('so many go on at once, and the others in the order in which they came', async () => {
  const semaphore = new Semaphore(2)
  expect([await semaphore.take(longMs), await semaphore.take(longMs)]).toEqual(['taken', 'taken'])
  const went: number[] = []
  const waiting = [1, 2, 3].map(async (number) => {
    await semaphore.take(longMs)
    went.push(number)
    semaphore.release()
  })
  expect(went).toEqual([])
  semaphore.release()
  await Promise.all(waiting)
  expect(went).toEqual([1, 2, 3])
})

test('who has waited too long, or is called off, goes out of the line and takes no turn', async () => {
  const semaphore = new Semaphore(1)
  await semaphore.take(longMs)
  const controller = new AbortController()
  const waiting = [semaphore.take(1), semaphore.take(longMs, controller.signal), semaphore.take(longMs)]
  expect(await waiting[0]).toBe('late')
  controller.abort()
  expect(await waiting[1]).toBe('aborted')
  semaphore.release()
  expect(await waiting[2]).toBe('taken')
  semaphore.release()
  expect(await semaphore.take(1)).toBe('taken')
})

test('who was called off before takes no turn', async () => {
  const semaphore = new Semaphore(1)
  expect(await semaphore.take(longMs, AbortSignal.abort())).toBe('aborted')
  expect(await semaphore.take(longMs)).toBe('taken')
})
