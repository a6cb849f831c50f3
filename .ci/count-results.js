// Prints the last line of `.ci/run` from vitest's JSON report: node count-results.js <report> <exit code of vitest> <failed steps before>
import { readFileSync } from 'node:fs'

const [report = '', status = '1', failedSteps = '0'] = process.argv.slice(2)
const text = readFileSync(report, 'utf8')
const {
  numPassedTests: passed = 0,
  numFailedTests = 0,
  numPendingTests = 0,
  numTodoTests = 0,
  testResults = [],
} = text === '' ? {} : JSON.parse(text)

// A file that could not be loaded has no tests to count, and a coverage below its floor fails no test.
const unloaded = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed')).length
const seen = numFailedTests + unloaded
const failed = Number(failedSteps) + (status !== '0' && seen === 0 ? 1 : seen)
const skipped = numPendingTests + numTodoTests
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 ? 0 : 1
