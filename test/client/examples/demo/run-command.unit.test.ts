import { expect, test } from 'vitest'
import { formatCommand } from '../../../../client/examples/demo/run-command.ts'

test.each([
  [['ingitdb', 'list', 'tables'], 'ingitdb list tables'],
  [['select', '--where', "continent=='AF'"], `select --where "continent=='AF'"`],
  [['select', '--fields', '$id'], "select --fields '$id'"],
  [['select', '--where', 'age>30'], "select --where 'age>30'"],
  [['update', '--set', `cost='5$' "net"`], 'update --set "cost=\'5\\$\' \\"net\\""'],
])('a command line is shown so that a shell reads it as it was run: %j', (words, line) => {
  expect(formatCommand(words)).toBe(line)
})
