import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { NO_TELEMETRY } from './packages/photoguard/src/runtime/host-environment.ts';
import { findPostgres } from './tests/service/databases.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const ALL = ['{packages,apps}/*/src/**/*.test.ts', '{scripts,tests,bench,training}/**/*.test.ts'];
// A module that is mocked must not have been loaded before, nor be found by the files after. Those of browsers and installed
// packages load little here.
const ALONE = [
  ...['tests/{web,browser,packages}/**/*.test.ts', 'apps/web/**/*.test.ts'],
  ...ALL.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).filter((file) =>
    /\bvi\.mock\(/.test(readFileSync(ROOT + file, 'utf8')),
  ),
];
// The service's tests run on PGlite above, and these, that ask its database, once more on PostgreSQL where it is installed.
const SECOND_RUN = 'apps/service/src/database/on-postgres.test.ts';
const ON_POSTGRES = findPostgres()
  ? globSync('apps/service/src/**/*.test.ts', { cwd: ROOT }).filter((file) =>
      readFileSync(ROOT + file, 'utf8').includes('tinyService('),
    )
  : [SECOND_RUN];
// What takes longest begins first: begun last, one of two processes would wait for it. Vitest itself knows how long a file
// took where it ran before only.
const LONGEST = [
  ...['web/formats', 'browser/runtime', 'cli/memory', 'packages/runtimes', 'service/life', 'cli/edit', 'cli/evaluate'],
  ...['service/short', 'attacks/table', 'web/page', 'src/serve', 'editor/training', 'attacks/editors'],
  ...['objects/object-store', 'cli/audit', 'diffusion/diffusion-objective', 'service/backup', 'planting/planting'],
  ...['cli/trial', 'browser/bundle', 'service/schemathesis', 'cli/surrogates', 'metrics/pair-metrics'],
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((end) => moduleId.endsWith(end));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

// Tests run the sources: the export condition `source` maps our packages to src/, here and in child processes.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Most files share a process, with the modules that it has loaded: loading them anew for each file took half as long as all
    // tests of packages/.
    projects: [
      { extends: true, test: { name: 'shared', include: ALL, exclude: [...ALONE, SECOND_RUN], isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'on PostgreSQL',
          include: ON_POSTGRES,
          isolate: false,
          env: { PHOTOGUARD_TEST_DATABASE: 'postgres' },
        },
      },
    ],
    // No test is timed: these end what hangs, on a machine that does four other things as well.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000 } },
    execArgv: ['--conditions=source'],
    env: {
      // onnx-grad's tests open sessions in the test's own process.
      ...NO_TELEMETRY,
      // Two files run at a time, and their sessions in processes beside them: more threads than cores only wait.
      PHOTOGUARD_THREADS: '1',
      // Hundreds of tests start the command. Half of what a start takes is compiling its sources, so that is kept.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
    },
  },
});
