import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.{unit,int,e2e}.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { shuffle: true },
    coverage: {
      provider: 'v8',
      include: ['{domain,infrastructure,projections,migrations,api,client}/**/*.ts'],
      exclude: ['client/examples/**'], // programs: run and checked as processes of their own
      reportOnFailure: true,
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: { statements: 80, lines: 80, functions: 80, branches: 80 },
    },
  },
})
