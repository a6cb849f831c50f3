import type { JsonObject } from '../../../domain/json.ts'
import type { Result } from '../../../domain/result.ts'
import { parseText } from '../parse-text.ts'
import { TextProblem } from '../text-position.ts'
import { readToml } from './toml-reader.ts'
import { fieldsOfToml } from './toml-tree.ts'

/** One TOML document; dates and times are the texts that they are written as. */
export const parseToml = (text: string): Result<JsonObject> =>
  parseText('TOML', text, (source) => {
    const { root, problems } = readToml(source)
    const [problem] = problems
    if (problem !== undefined) throw new TextProblem(problem.message, problem.offset)
    return fieldsOfToml(root)
  })
