import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import { ExactNumber, isJsonObject, type Json, type JsonObject, stringifyJson } from '../../domain/json.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { SchemaValidator, SchemaViolation } from '../../domain/table/codecs.ts'
import { createAjv, type StepBudget, TooManyStepsError } from './create-ajv.ts'
import { type PlainJson, type PlainObject, prepareSchema, unsupported } from './prepare-schema.ts'
import { toSchemaIssues, toViolations } from './schema-violation.ts'

/** Compiled schemas kept by their text, for catalogues that were read again; the oldest goes first. */
const compiledMax = 200
/** Records with this many values get their first violation only: each of a million elements may break a rule. */
const largeRecord = 10_000
/** References that a record of this many values may make its schema follow. Honest schemas follow a few a value; dishonest ones double at each. */
const stepsMax = (values: number): number => Math.min(100_000, 1_000 + 100 * values)

type CompiledSchema = Result<(record: JsonObject) => readonly SchemaViolation[]>

/**
 * JSON Schema 2020-12 with formats, by ajv. Schemas come from anybody: patterns match in linear time, references lead nowhere outside, size and
 * work are bounded. Numbers are checked as the doubles nearest to them.
 *
 * @returns a validator that compiles each schema once. Its failures: `invalid-input` (not a valid schema), `unsupported` (a pattern that needs
 *          backtracking, a reference to another document, another dialect), `limit-exceeded`. Violations are at most 50 a record.
 */
export const createSchemaValidator = (): SchemaValidator => {
  const grammar = createAjv({ budget: { left: 0 }, allErrors: true, knowsGrammar: true })
  const byObject = new WeakMap<JsonObject, CompiledSchema>()
  const byText = new Map<string, CompiledSchema>()
  return (schema) => {
    const known = byObject.get(schema)
    if (known !== undefined) return known
    const prepared = prepareSchema(schema)
    const compiled = prepared.ok ? compileOnce(grammar, byText, prepared.value) : prepared
    byObject.set(schema, compiled)
    return compiled
  }
}

const compileOnce = (grammar: Ajv2020, byText: Map<string, CompiledSchema>, schema: PlainObject): CompiledSchema => {
  const text = stringifyJson(schema)
  const compiled = byText.get(text) ?? compileSchema(grammar, schema)
  byText.delete(text)
  byText.set(text, compiled)
  for (const oldest of byText.keys()) {
    if (byText.size <= compiledMax) break
    byText.delete(oldest)
  }
  return compiled
}

/** @param grammar  an ajv that only ever checks schemas against the standard's own, which it compiles once */
const compileSchema = (grammar: Ajv2020, schema: PlainObject): CompiledSchema => {
  if (grammar.validateSchema(schema) !== true) return fail({ kind: 'invalid-input', issues: toSchemaIssues(grammar.errors ?? [], schema) })
  const budget: StepBudget = { left: 0 }
  const all = compileWith(schema, budget, true)
  if (!all.ok) return all
  let first: Result<ValidateFunction> | undefined
  return ok((record) => {
    const plain = withDoubles(record)
    const values = countValues(plain, largeRecord)
    if (values >= largeRecord) first ??= compileWith(schema, budget, false)
    const check = first?.ok && values >= largeRecord ? first.value : all.value
    budget.left = stepsMax(values)
    try {
      return check(plain) ? [] : toViolations(check.errors ?? [], record)
    } catch (error) {
      // A reference to itself at the same place has no end: the stack may run out before the steps do.
      if (error instanceof TooManyStepsError || error instanceof RangeError) return [tooManySteps]
      throw error
    }
  })
}

const tooManySteps: SchemaViolation = {
  field: '',
  rule: '$ref',
  message: 'the record makes its JSON Schema follow too many references',
}

/** Every schema has an ajv of its own: one instance would let the `$id`s of one schema be seen by all others. */
const compileWith = (schema: PlainObject, budget: StepBudget, allErrors: boolean): Result<ValidateFunction> => {
  try {
    return ok(createAjv({ budget, allErrors, knowsGrammar: false }).compile(schema))
  } catch (error) {
    // ajv throws plain errors for what it cannot compile, so nothing tells them from its bugs: either way, this schema is of no use.
    if (error instanceof Error) return fail(unsupported(explainCompileError(error)))
    throw error
  }
}

const explainCompileError = (error: Error): string => {
  if (error instanceof RangeError) return 'it is too large or its references are too deep to be compiled'
  return 'missingRef' in error
    ? `the reference ${JSON.stringify(error.missingRef)} leads to nothing in it, and others are not fetched`
    : error.message
}

/** A copy with doubles for exact numbers. */
const withDoubles = (value: Json): PlainJson => {
  if (value instanceof ExactNumber) return Number(value.literal)
  if (isJsonObject(value)) return mapMembers(value)
  if (typeof value === 'object' && value !== null) return value.map(withDoubles)
  return value
}

const mapMembers = (value: JsonObject): PlainJson => {
  const members: [string, PlainJson][] = []
  for (const name of Object.keys(value)) members.push([name, withDoubles(value[name] ?? null)])
  return Object.fromEntries(members)
}

/** Counts no further than `most`. */
const countValues = (value: PlainJson, most: number): number => {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const member of Object.values(value)) {
    count += countValues(member, most - count)
    if (count >= most) break
  }
  return count
}
