import { sayText } from '../../../api/contract/describe-failure.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'

type Finding = OperationAnswer<'validateDatabase'>['findings'][number]

/** `users/$records/u1.yaml:3: error type: users/u1: the field "age" must be …`: one line, as compilers and `grep -n` write them. */
export const formatFinding = ({ severity, code, message, file, line, table, key }: Finding, isColored: boolean): string => {
  const place = file === undefined ? '' : `${sayText(file)}${line === undefined ? '' : `:${line}`}: `
  const subject = table === undefined ? '' : `${sayText(key === undefined ? table : `${table}/${key}`)}: `
  const painted = isColored ? `\u001b[${severity === 'error' ? 31 : 33}m${severity}\u001b[0m` : severity
  return `${place}${painted} ${sayText(code)}: ${subject}${sayText(message)}`
}
