export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // On two cores jest would take one: the tests of the local stack wait more than they work.
  maxWorkers: 2,
  testMatch: ['**/*.test.ts'],
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
