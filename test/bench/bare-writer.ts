import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { git, recordFields, recordPath, settings } from './seed-repository.ts'

/**
 * The write protocol with nothing of ours around it: groups of commits through one fast-import checkpoint, then a compare-and-swap of the branch.
 * What the product's write path is measured against, on the same repository shape in the same run.
 * @returns commits per second
 */
export const runBareWriter = async (
  directory: string,
  { records, group, seconds }: { records: number; group: number; seconds: number },
): Promise<number> => {
  const importer = start(directory, ['fast-import', '--quiet', '--force', '--done'])
  const refs = start(directory, ['update-ref', '--stdin'])
  const nextMark = lineReader(importer)
  const nextRef = lineReader(refs)
  let head = git(directory, 'rev-parse', 'main')
  let serial = 0
  const began = performance.now()
  while (performance.now() - began < seconds * 1000) {
    let input = ''
    for (let index = 0; index < group; index++) {
      serial += 1
      input += commit(serial, index === 0 ? head : undefined, (serial * 7919) % records)
    }
    importer.stdin?.write(`${input}checkpoint\n\nget-mark :${serial}\n`)
    const oid = await nextMark()
    refs.stdin?.write(`start\nupdate refs/heads/main ${oid} ${head}\nprepare\ncommit\n`)
    for (const wanted of ['start: ok', 'prepare: ok', 'commit: ok']) {
      const answer = await nextRef()
      if (answer !== wanted) throw new Error(`update-ref said ${answer}`)
    }
    head = oid
  }
  const perSecond = serial / ((performance.now() - began) / 1000)
  importer.stdin?.end('done\n')
  refs.stdin?.end()
  await Promise.all([importer, refs].map((child) => once(child, 'close')))
  return perSecond
}

const start = (directory: string, args: readonly string[]): ChildProcess =>
  spawn('git', [...settings, '-C', directory, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })

const commit = (serial: number, from: string | undefined, record: number): string => {
  const text = `${JSON.stringify(recordFields(record, serial), null, 2)}\n`
  const parent = from === undefined ? '' : `from ${from}\n`
  return `commit refs/ingitdb/writer/bench\nmark :${serial}\ncommitter Bench <bench@example.org> ${1_700_000_000 + serial} +0000\ndata 6\nupdate
${parent}M 100644 inline "${recordPath(record, 'json')}"\ndata ${Buffer.byteLength(text)}\n${text}\n\n`
}

const lineReader = (child: ChildProcess): (() => Promise<string>) => {
  if (child.stdout === null) throw new Error('no output to read')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('git ended early')
    return value
  }
}
