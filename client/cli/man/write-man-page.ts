import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { buildManPage } from './build-man-page.ts'

// Run by `npm run build`: node write-man-page.js <file>
const [, , file] = process.argv
if (file === undefined) throw new Error('say where the man page goes')
mkdirSync(dirname(resolve(file)), { recursive: true })
writeFileSync(file, await buildManPage())
