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
      include: ['domain/**', 'infrastructure/**', 'projections/**', 'api/**', 'client/**'],
      thresholds: { statements: 80, lines: 80, functions: 80 },
    },
  },
})
