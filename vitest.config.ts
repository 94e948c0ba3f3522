import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { NO_TELEMETRY } from './packages/photoguard/src/runtime/host-environment.ts';

// Tests run the sources: the export condition `source` maps our packages to src/, here and in child processes.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['{packages,apps}/*/src/**/*.test.ts', '{scripts,tests,bench,training}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
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
