// Breaks every rule of some files on purpose, one at a time, and counts what no test notices (mutation testing, with
// Stryker). Run by hand; docs/testing.md has the scores:
//   node scripts/mutate.ts            all of the files below
//   node scripts/mutate.ts pgd verdict
// Stryker is not a dependency of the project, which would slow down every `npm ci`: it is installed into a temporary
// folder and uses the project's Vitest there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STRYKER = '10.1.1';
const PHOTOGUARD = 'packages/photoguard/src';

/** What is broken, and the tests that should notice. */
const SUBJECTS: Readonly<Record<string, string>> = {
  [`${PHOTOGUARD}/attacks/pgd.ts`]: `${PHOTOGUARD}/attacks/pgd.test.ts`,
  [`${PHOTOGUARD}/attacks/ensemble.ts`]: `${PHOTOGUARD}/attacks/compose.test.ts`,
  [`${PHOTOGUARD}/attacks/constraint.ts`]: `${PHOTOGUARD}/attacks/constraint.test.ts`,
  [`${PHOTOGUARD}/attacks/encoder/encoder-objective.ts`]: `${PHOTOGUARD}/attacks/encoder/encoder-objective.test.ts`,
  [`${PHOTOGUARD}/attacks/diffusion/diffusion-objective.ts`]: `${PHOTOGUARD}/attacks/diffusion/diffusion-objective.test.ts`,
  [`${PHOTOGUARD}/audit/verdict.ts`]: `${PHOTOGUARD}/audit/verdict.test.ts`,
  [`${PHOTOGUARD}/evaluate/bootstrap.ts`]: `${PHOTOGUARD}/evaluate/bootstrap.test.ts`,
  'packages/onnx-grad/src/plan/recompute.ts': 'packages/onnx-grad/src/plan/{plan,recompute}.test.ts',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(tmpdir(), 'photoguard-mutation');
const asked = process.argv.slice(2);
const chosen = Object.keys(SUBJECTS).filter((file) => asked.length === 0 || asked.includes(basename(file, '.ts')));
if (chosen.length === 0) {
  console.error(
    `nothing to break is called so; there are ${Object.keys(SUBJECTS).map((file) => basename(file, '.ts'))}`,
  );
  process.exit(2);
}
install();
const [config, report] = [join(home, 'stryker.json'), join(home, 'report.json')];
writeFileSync(join(home, 'vitest.config.mjs'), vitestConfig(chosen.map((file) => SUBJECTS[file]!)));
writeFileSync(config, JSON.stringify(strykerConfig()));
rmSync(report, { force: true });
execFileSync(process.execPath, [join(home, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', config], {
  cwd: root,
  stdio: 'inherit',
});
printSurvivors();

function install(): void {
  if (!existsSync(join(home, 'node_modules/@stryker-mutator/vitest-runner'))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`);
    const options = ['--legacy-peer-deps', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, ...packages], { cwd: home, stdio: 'inherit' });
  }
  for (const name of ['vitest', 'vite', 'typescript']) {
    rmSync(join(home, 'node_modules', name), { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  }
}

function vitestConfig(include: readonly string[]): string {
  return `export default {
    resolve: { conditions: ['source'] },
    ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
    test: { include: ${JSON.stringify(include)}, testTimeout: 120_000, execArgv: ['--conditions=source'] },
  };`;
}

function strykerConfig(): object {
  return {
    testRunner: 'vitest',
    plugins: [join(home, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    mutate: chosen,
    // Messages are not rules.
    mutator: { excludedMutations: ['StringLiteral'] },
    vitest: { configFile: join(home, 'vitest.config.mjs'), related: false },
    concurrency: 1,
    coverageAnalysis: 'perTest',
    reporters: ['clear-text', 'json'],
    clearTextReporter: {
      allowColor: false,
      allowEmojis: false,
      logTests: false,
      reportTests: false,
      reportMutants: false,
    },
    jsonReporter: { fileName: report },
    tempDirName: join(home, 'sandbox'),
    ignorePatterns: ['/tests/fixtures/golden/ops', '/docs', '/models', '/examples'],
    timeoutMS: 10_000,
  };
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number } };
}

function printSurvivors(): void {
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as {
    files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
  };
  for (const [file, { source, mutants }] of Object.entries(files))
    for (const { status, mutatorName, replacement, location } of mutants)
      if (status === 'Survived' || status === 'NoCoverage') {
        const { line } = location.start;
        console.log(
          `${file}:${line} ${mutatorName} ${oneLine(replacement ?? '')}  of  ${oneLine(source.split('\n')[line - 1]!)}`,
        );
      }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 80);
}
