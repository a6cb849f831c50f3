import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, take } from '../ask.ts'
import type { Step } from '../stage.ts'

export const editByHand: Step = {
  title: 'Files are yours: a colleague edits one in an editor and commits it with plain git',
  run: async ({ folder, terminal, ingitdb, git, claim }) => {
    const file = join(folder.world, path)
    const comment = '# The kings and the parliament reside in Lobamba.'
    terminal.command(`edit '${path}'`)
    writeFileSync(file, readFileSync(file, 'utf8').replace('capital: Lobamba\n', `${comment}\ncapital: Mbabane\n`))
    git([...grace, 'commit', '--quiet', '--all', '--message', 'Name the seat of the government'])
    const { stdout } = ingitdb(['select', '--id', 'countries/SZ', '--fields', 'capital'])
    claim('the next answer knows', { actual: /^capital: (.*)$/m.exec(stdout)?.[1], expected: 'Mbabane' })
    ingitdb(['update', '--id', 'countries/SZ', '--set', 'monetaryUnion=Common Monetary Area'])
    terminal.command(`head -2 '${path}'`)
    const text = readFileSync(file, 'utf8')
    terminal.output(text.split('\n').slice(0, 2).join('\n'))
    const { entries } = await ask(folder.world, async (call) => take(await call('readHistory', { table: 'countries', id: 'SZ' })))
    claim('the comment is still there, and the history says who changed what', {
      actual: [text.includes(comment), entries.map(({ fields }) => fields).slice(0, 2), entries[1]?.author.name],
      expected: [true, [['monetaryUnion'], ['capital']], 'Grace'],
    })
  },
}

const path = 'countries/$records/SZ.yaml'
const grace = ['-c', 'user.name=Grace', '-c', 'user.email=grace@example.org']
