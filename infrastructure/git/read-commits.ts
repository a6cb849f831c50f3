import type { CommitId } from '../../domain/ids.ts'
import { FastExportParser, type RawCommit } from './fast-export-parser.ts'
import { exitCode, type Git } from './run-git.ts'

const readArguments = [
  'fast-export',
  '--first-parent',
  '--show-original-ids',
  '--reference-excluded-parents',
  '--signed-tags=strip',
  '--tag-of-filtered-object=drop',
  '--reencode=no',
]

/** Commits after `base` up to `tip` on the first-parent line, oldest first, with what each did to its first parent. Throws when git fails. */
export async function* readRawCommits(git: Git, tip: CommitId, base: CommitId | undefined): AsyncGenerator<RawCommit> {
  if (tip === base) return
  const child = await git.start([...readArguments, tip, ...(base === undefined ? [] : [`^${base}`]), '--'])
  child.stdin.end()
  const ended = exitCode(child)
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const parser = new FastExportParser()
  let isComplete = false
  try {
    for await (const chunk of child.stdout) yield* parser.push(chunk)
    const code = await ended
    if (code !== 0) throw new Error(`git fast-export exited with ${code}: ${stderr.trim()}`)
    yield* parser.end()
    isComplete = true
  } finally {
    if (!isComplete) child.kill()
  }
}
