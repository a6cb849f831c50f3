import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCliFolder } from '../../support/run-cli.ts'

test('a real editor changes one field, whose file keeps everything else', async () => {
  await using folder = await openCliFolder()
  await folder.shell(`ingitdb init db; cd db; ingitdb create table users --columns 'name:string!,age:int'
    ingitdb insert --into users --key u1 --data '{"name": "Ada", "age": 36}'
    printf '# kept\\nage: 36 # years\\nname: Ada\\n' > 'users/$records/u1.yaml'; git commit --quiet --all --message comments`)
  await writeFile(join(folder.path, 'editor.sh'), '#!/bin/sh\nsed -i.bak "s/age: 36/age: 37/" "$2" && rm "$2.bak"\n', { mode: 0o755 })
  const env = { VISUAL: `"${join(folder.path, 'editor.sh')}" --wait`, TMPDIR: folder.path }
  const { status, stderr } = await folder.run(['update', '--id', 'users/u1', '--edit', '--path', 'db'], { env })
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^updated users\/u1 \(commit [0-9a-f]{12}\)\n$/)])
  expect(folder.git('db', 'show', 'HEAD:users/$records/u1.yaml')).toBe('# kept\nage: 37 # years\nname: Ada\n')
  expect((await readdir(folder.path)).filter((name) => name.startsWith('ingitdb-edit-'))).toEqual([])

  const failed = await folder.run(['update', '--id', 'users/u1', '--edit', '--path', 'db'], { env: { EDITOR: 'false' } })
  expect([failed.status, failed.stderr]).toEqual([64, expect.stringContaining('the editor "false" ended with code 1: nothing is done')])
})
