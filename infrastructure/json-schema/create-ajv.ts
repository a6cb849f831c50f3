import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { compilePattern } from './linear-pattern.ts'
import { type PlainJson, stepKeyword } from './prepare-schema.ts'

/** Counts down while one record is checked. */
export interface StepBudget {
  left: number
}

export class TooManyStepsError extends Error {}

export interface AjvOptions {
  readonly budget: StepBudget
  readonly allErrors: boolean
  readonly knowsGrammar: boolean
}

/**
 * An ajv for JSON Schema 2020-12 that takes linear time in every keyword, and bounded time in references.
 *
 * ajv turns a schema into JavaScript and runs it by `new Function`. That is safe here, because names and values of the schema reach the code only
 * as quoted literals or through scope variables (its code generator makes code of tagged templates, which escape whatever is put in), because
 * `$data` references and custom code keywords are off, and because `prepareSchema` bounds the size of what is compiled.
 *
 * @param budget        counted down by each reference followed; `TooManyStepsError` is thrown out of the validator when nothing is left
 * @param knowsGrammar  whether it can check schemas against the standard's own schema, which is costly to set up
 */
export const createAjv = ({ budget, allErrors, knowsGrammar }: AjvOptions): Ajv2020 => {
  const ajv = new Ajv2020({
    allErrors,
    // Unknown keywords and formats are annotations, as the standard has it.
    strict: false,
    logger: false,
    meta: knowsGrammar,
    validateSchema: knowsGrammar,
    // 19.99 is a multiple of 0.01, though not in doubles.
    multipleOfPrecision: 9,
    code: { regExp: Object.assign(compilePattern, { code: 'compilePattern' }) },
  })
  addFormats.default(ajv)
  // The package's own pattern for `url` takes quadratic time.
  ajv.addFormat('url', (text: string) => /^(?:https?|ftp):\/\/\S+$/i.test(text) && URL.canParse(text))
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: isUnique,
    error: { message: 'must not hold the same element twice' },
  })
  // Ahead of the references: what follows a failed one is skipped.
  ajv.addKeyword({ keyword: stepKeyword, schemaType: 'boolean', before: '$dynamicRef', validate: () => takeStep(budget) })
  return ajv
}

const takeStep = (budget: StepBudget): boolean => {
  budget.left--
  if (budget.left < 0) throw new TooManyStepsError()
  return true
}

/** ajv's own compares each element with each other one: quadratic for lists of objects. */
const isUnique = (wanted: boolean, list: readonly PlainJson[]): boolean => !wanted || new Set(list.map(canonicalText)).size === list.length

const canonicalText = (value: PlainJson): string => JSON.stringify(value, sortMembers)

const sortMembers = (_name: string, value: PlainJson): PlainJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries<PlainJson>(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
