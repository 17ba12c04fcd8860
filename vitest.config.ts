// The tests' wiring: three projects, told apart by their files' names.
//   unit  x.test.ts        pure code and everything that needs no server
//   db    x.db.test.ts     real PostgreSQL servers, started once by test/database-setup.ts
//   e2e   x.e2e.ts         the product as a person meets it: processes, HTTP, a browser
// They run one after another (groupOrder), two files at a time: two cores are what there is.
import { defineConfig } from 'vitest/config';

const nothing = ['**/node_modules/**', 'data/**'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,test,bench,policies}/**/*.test.ts'],
          exclude: [...nothing, '**/*.db.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          include: ['{src,test}/**/*.db.test.ts'],
          exclude: nothing,
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ['test/database-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          exclude: nothing,
          pool: 'forks',
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
