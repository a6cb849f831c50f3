import { isObject, type JsonObject } from '../../../api/contract/json.ts'
import { OperationFailed } from '../errors.ts'
import type { Session } from '../session.ts'
import { parseData } from './parse-data.ts'
import { readTextFile } from './read-text.ts'

/** A file that holds one object, in JSON or YAML. */
export const readObjectFile = async (session: Session, path: string): Promise<JsonObject> => {
  const value = await parseData(await session.formats(), await readTextFile(session, path), path)
  if (isObject(value)) return value
  throw new OperationFailed({ kind: 'invalid-input', issues: [{ rule: 'type', message: 'this must hold one object', file: path }] })
}
