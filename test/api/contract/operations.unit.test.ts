import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { operations } from '../../../api/contract/operations.ts'
import { permissions } from '../../../api/contract/permissions.ts'
import { jsonObject } from '../../../api/contract/value-schemas.ts'
import { ExactNumber } from '../../../domain/json.ts'

const rows = Object.entries(operations)

describe('the operation table', () => {
  test('no two operations share a method and a path', () => {
    const routes = rows.map(([, { method, path }]) => `${method} ${path}`)
    expect(new Set(routes).size).toBe(routes.length)
  })

  test.each(rows)('%s has its own permission, and reads by GET alone', (name, { method, permission }) => {
    expect(permission).toBe(permissions[name as keyof typeof permissions])
    expect(method === 'GET').toBe(permission.endsWith(':read'))
  })

  test('every permission belongs to an operation', () => {
    expect(Object.keys(permissions).sort()).toEqual(rows.map(([name]) => name).sort())
  })

  test.each(rows)('names in the path of %s are members of its input', (_name, { path, input }) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((name) => name !== 'db')
    expect(names.filter((name) => !Object.hasOwn(input.shape, name))).toEqual([])
  })

  test.each(rows)('%s can be written as JSON Schema', (_name, { input, output }) => {
    expect(() => z.toJSONSchema(input, { unrepresentable: 'any', io: 'input' })).not.toThrow()
    expect(() => z.toJSONSchema(output, { unrepresentable: 'any' })).not.toThrow()
  })
})

describe('records in inputs', () => {
  test('keep exact digits: the value is passed on, not copied', () => {
    const record = { price: new ExactNumber('1.0'), nested: [{ n: new ExactNumber('12345678901234567890') }] }
    expect(jsonObject.parse(record)).toBe(record)
  })

  test.each([[undefined], [Number.NaN], [new Date()], [() => 1], [Symbol('x')], [new Map()]])('are JSON and nothing else: %s is refused', (value) => {
    expect(jsonObject.safeParse({ nested: [value] }).success).toBe(false)
  })

  test.each([[null], ['text'], [[1]], [new ExactNumber('1.0')]])('are objects: %s is refused', (value) => {
    expect(jsonObject.safeParse(value).success).toBe(false)
  })
})
