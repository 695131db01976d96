export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // On two cores jest would take one: the tests of the local stack wait more than they work.
  maxWorkers: 2,
  // Many tests start processes, and the machine may be busy with others.
  testTimeout: 60_000,
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Counted with --coverage, as the gate does: what the tests reach in their own process, functions' threads apart.
  collectCoverageFrom: ['lambda/domain/**/*.ts', 'lambda/use-cases/**/*.ts'],
  coverageReporters: ['text-summary'],
  coverageThreshold: { './lambda/domain/': { lines: 95 }, './lambda/use-cases/': { lines: 95 } },
  setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
};
