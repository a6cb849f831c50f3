import { describe, expect, test } from 'vitest'
import { type CodeBlock, parseCodeBlocks } from '../support/markdown.ts'
import { openCliFolder } from '../support/run-cli.ts'
import { listSources, readSource } from '../support/source-tree.ts'

/** ```` ```bash run ```` is executed; a ```` ```text output ```` right after it is what must come out, `…` standing for anything. */
const isCommand = ({ info }: CodeBlock) => info === 'bash run'
const isOutput = (block: CodeBlock | undefined): block is CodeBlock => block?.info === 'text output'

const documents = listSources('.md')
  .map((path) => ({ path, blocks: parseCodeBlocks(readSource(path)) }))
  .filter(({ blocks }) => blocks.some(isCommand))

describe('a reader who types what the documents say', () => {
  test('finds commands in the README', () => {
    expect(documents.map(({ path }) => path)).toContain('README.md')
  })

  test.each(documents)('gets what $path promises', async ({ path, blocks }) => {
    await using folder = await openCliFolder()
    for (const [index, block] of blocks.entries()) {
      if (!isCommand(block)) continue
      const place = `${path}:${block.line}`
      const run = await folder.shell(continueWith(block.text))
      expect(run.status, `${place}\n${run.stdout}\n${run.stderr}`).toBe(0)
      const output = blocks[index + 1]
      if (isOutput(output)) expect(run.stdout.trimEnd(), place).toMatch(patternOf(output.text))
    }
  })

  test('every promised output follows a command that is run', () => {
    const orphans = documents.flatMap(({ path, blocks }) =>
      blocks.flatMap((block, index) => (isOutput(block) && !isCommand(blocks[index - 1] ?? block) ? [`${path}:${block.line}`] : [])),
    )
    expect(orphans).toEqual([])
  })
})

/** One terminal for all blocks of a document: the first command that fails ends a block, and the next one starts where the last one ended. */
const continueWith = (script: string): string => `set -euo pipefail\n[ ! -e ~/.place ] || cd "$(cat ~/.place)"\n${script}\npwd > ~/.place`

/** A line of `…` alone stands for any number of lines, elsewhere `…` stands for any text within the line. */
const patternOf = (output: string): RegExp => {
  const lines = output.trimEnd().split('\n')
  const pattern = lines.map((line) => (line === '…' ? '(?:.*\\n|.+$)*?' : line.split('…').map(escapePattern).join('.*') + '(?:\\n|$)'))
  return new RegExp(`^${pattern.join('')}$`)
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
