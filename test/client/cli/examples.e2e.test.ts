import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandList } from '../../../client/cli/command-list.ts'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    senior: { type: 'boolean' },
    nickname: { type: 'string' },
    role: { type: 'string' },
    address: { type: 'object', properties: { city: { type: 'string' } } },
    tags: { type: 'array', items: { type: 'string' } },
  },
}

let folder: CliFolder

beforeAll(async () => {
  folder = await openCliFolder()
  await folder.run(['init', 'prepared'])
  await writeFile(join(folder.path, 'users.schema.json'), JSON.stringify(schema))
  const prepared = await folder.shell(`set -e; cd prepared
    ingitdb create table users --schema ../users.schema.json
    ingitdb insert --into users --format jsonl <<'RECORDS'
{"$id": "u1", "name": "Ada", "age": 30, "nickname": "A", "tags": []}
{"$id": "u2", "name": "Bob", "age": 17}
{"$id": "u3", "name": "Cid", "age": 52}
RECORDS
    mkdir users/.collection/views
    echo 'formats: [md]' > users/.collection/views/active.yaml
    git add users && git commit --quiet --message 'a view'
    ingitdb create table spaces --columns title:string
    ingitdb insert --into spaces --key family --data '{title: Family}'
    contacts=spaces/.collection/subcollections/contacts; mkdir -p $contacts
    printf '%s\\n' 'record_file: {name: "{key}.yaml", format: yaml, type: "map[string]any"}' 'columns: {phone: {type: string}}' > $contacts/definition.yaml
    git add .; git commit --quiet --message contacts
    ingitdb insert --into spaces/family/contacts --key c1 --data '{phone: "1"}'
    git branch proposal; git update-ref refs/remotes/origin/main HEAD
    ingitdb update --id users/u1 --set age=31`)
  expect(prepared).toMatchObject({ status: 0 })
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Two fields of one record that both branches changed; the merge waits. */
const addConflict =
  'ingitdb update --id users/u1 --set nickname=B --quiet; ingitdb --branch proposal update --id users/u1 --set age=40 --set nickname=C --quiet; ingitdb merge proposal --quiet || true'
const addOrigin = 'git clone --quiet --bare . ../origin.git; git remote add origin ../origin.git; git fetch --quiet'

/** What must be there, or not be there, before an example of a command makes sense. */
const preparations: Readonly<Record<string, string>> = {
  init: 'rm -rf mydb',
  create: 'ingitdb drop table users --quiet',
  insert: 'ingitdb delete --from users --all --quiet',
  export: 'git tag v1',
  clone: addOrigin,
  conflicts: addConflict,
  resolve: addConflict,
  fetch: addOrigin,
  pull: addOrigin,
  push: addOrigin,
  remote: addOrigin,
}

test.each(commandList.map(({ name }) => name))('the examples in the help of %s do what they say', async (name) => {
  const { stdout } = await folder.run([name, '--help'])
  const examples = [...stdout.matchAll(/^ {2}\$ (ingitdb .+|source .+)$/gm)].map(([, example = '']) => example)
  expect(examples.length).toBeGreaterThan(1)
  for (const [index, example] of examples.entries()) {
    const place = join(folder.path, `${name}-${index}`)
    await mkdir(place)
    await cp(join(folder.path, 'prepared'), join(place, 'db'), { recursive: true })
    await cp(join(folder.path, 'prepared'), join(place, 'db', 'mydb'), { recursive: true })
    await writeFile(join(place, 'db', 'users.schema.json'), JSON.stringify(schema))
    await writeFile(join(place, 'db', 'users.jsonl'), '{"id":"u8","name":"Eve"}\n{"id":"u9","name":"Dan"}\n')
    await writeFile(join(place, 'db', 'users.csv'), 'id,name\nu8,Eve\nu9,Dan\n')
    await writeFile(join(place, 'db', 'questions.sql'), 'SELECT name FROM users;\n')
    const run = await folder.shell(`set -e; cd '${place}/db'; export HOME='${place}' EDITOR=true; ${preparations[name] ?? ':'}; ${example}`)
    expect({ example, ...run }).toMatchObject({ example, stderr: expect.not.stringMatching(/^error/m) })
    expect(name in answersNo ? [0, 1] : [0]).toContain(run.status)
  }
})

/** Commands whose answer may be no where nothing is wrong with them. */
const answersNo = { 'self-update': 'npm does it', diff: 'there is a difference', conflicts: 'something is open', resolve: 'something is still open' }
