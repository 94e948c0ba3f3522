// npm run golden [-- area...]: this project against the reference implementations' numbers. A line a case (its worst
// error against that tensor's tolerance), and at the end `N passed, N failed`. Cases are found by listing folders. Two
// processes share them: small models use little more than one core.
import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openRuntime } from 'photoguard/runtime/node';
import { goldenCases, goldenRoot } from '../support/golden-files.ts';
import type { Check, GoldenArea, GoldenContext, Outcome } from './area.ts';
import { attackDiffusion } from './areas/attack-diffusion.ts';
import { attackEncoder } from './areas/attack-encoder.ts';
import { autoencoderKl } from './areas/autoencoder-kl.ts';
import { autoencoderTiny } from './areas/autoencoder-tiny.ts';
import { autoencodersModern } from './areas/autoencoders-modern.ts';
import { clip } from './areas/clip.ts';
import { hash } from './areas/hash.ts';
import { image } from './areas/image.ts';
import { metrics } from './areas/metrics.ts';
import { objectives } from './areas/objectives.ts';
import { ops } from './areas/ops.ts';
import { pipelines } from './areas/pipelines.ts';
import { schedulers } from './areas/schedulers.ts';
import { unet } from './areas/unet.ts';
import { visibility } from './areas/visibility.ts';

/** The areas that have a runner. */
const AREAS: readonly GoldenArea[] = [
  ops,
  autoencoderKl,
  autoencoderTiny,
  autoencodersModern,
  attackEncoder,
  image,
  metrics,
  unet,
  clip,
  schedulers,
  pipelines,
  attackDiffusion,
  objectives,
  visibility,
  hash,
];

/** Totals of a run. */
interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** A share of the cases: every `of`-th one, from the case `index` on. */
interface Share {
  readonly index: number;
  readonly of: number;
}
const PROCESSES = 2;

/** Runs areas of the golden folder, or a share of their cases. */
export async function runGolden(
  wanted: readonly string[],
  print: (line: string) => void,
  folder = goldenRoot,
  share: Share = { index: 0, of: 1 },
): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  if (folder === undefined) {
    print('no folder of golden values (set PHOTOGUARD_GOLDEN)');
    return totals;
  }
  const root = folder;
  const present = readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory() && e.name !== 'checkpoints');
  const names = wanted.length > 0 ? wanted : present.map(({ name }) => name).sort();
  const runtime = await openRuntime({ device: 'cpu' });
  const context: GoldenContext = { runtime, checkpoint: (reference) => checkpointFolder(root, reference) };
  try {
    let position = 0;
    const isOurs = () => position++ % share.of === share.index;
    for (const name of names) await runArea(name, root, context, totals, print, isOurs);
  } finally {
    await runtime.close();
  }
  return totals;
}

async function runArea(
  name: string,
  root: string,
  context: GoldenContext,
  totals: Totals,
  print: (line: string) => void,
  isOurs: () => boolean,
): Promise<void> {
  const cases = goldenCases(name, undefined, root);
  const area = AREAS.find((one) => one.name === name);
  if (cases.length === 0) {
    if (!isOurs()) return;
    print(`FAILED   ${name}: no cases`);
    totals.failed++;
    return;
  }
  if (!area) {
    if (!isOurs()) return;
    print(`skipped  ${name}: no runner yet (${cases.length} cases)`);
    totals.skipped += cases.length;
    return;
  }
  for (const golden of cases) {
    if (!isOurs()) continue;
    const outcome = await area.run(golden, context).catch((error: unknown) => error as Error);
    const { verdict, text } = judge(outcome);
    totals[verdict]++;
    print(`${verdict === 'failed' ? 'FAILED ' : verdict}  ${name}/${golden.name}: ${text}`);
  }
}

function judge(outcome: Outcome | Error): { verdict: keyof Totals; text: string } {
  if (outcome instanceof Error) return { verdict: 'failed', text: outcome.message };
  if ('skipped' in outcome) return { verdict: 'skipped', text: outcome.skipped };
  if (outcome.length === 0) return { verdict: 'failed', text: 'nothing was compared' };
  const share = ({ error, tolerance }: Check): number => {
    if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
    return error === 0 ? 0 : error / tolerance;
  };
  const worst = outcome.reduce((a, b) => (share(b) > share(a) ? b : a));
  const text = `${worst.name} ${worst.error.toExponential(1)} of ${worst.tolerance.toExponential(1)} (${outcome.length} compared)`;
  return { verdict: share(worst) <= 1 ? 'passed' : 'failed', text };
}

function checkpointFolder(root: string, reference: string): string | undefined {
  const hub = /^hub:?\s*(.+)$/.exec(reference)?.[1];
  const folder = hub ? join(process.env.PHOTOGUARD_HUB ?? join(root, '..', 'hub'), hub) : join(root, reference);
  return existsSync(folder) ? folder : undefined;
}

/** Runs a share in a process of its own, which prints its lines; one that ends without totals counts as a failure. */
function forkShare(index: number, wanted: readonly string[]): Promise<Totals> {
  const env = { PHOTOGUARD_THREADS: '1', ...process.env };
  const child = fork(import.meta.filename, ['--share', String(index), ...wanted], { env });
  let totals: Totals = { passed: 0, failed: 1, skipped: 0 };
  child.on('message', (message) => {
    totals = message as Totals;
  });
  return new Promise((resolve) => child.once('exit', () => resolve(totals)));
}

if (import.meta.filename === process.argv[1]) {
  const [first, index, ...rest] = process.argv.slice(2);
  if (first === '--share') {
    process.send!(await runGolden(rest, console.log, goldenRoot, { index: Number(index), of: PROCESSES }));
    process.disconnect();
  } else {
    const shares = Array.from({ length: PROCESSES }, (_, i) => forkShare(i, process.argv.slice(2)));
    const [passed, failed, skipped] = (await Promise.all(shares)).reduce(
      (sums, totals) => [sums[0] + totals.passed, sums[1] + totals.failed, sums[2] + totals.skipped],
      [0, 0, 0],
    );
    console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
    if (failed > 0) process.exitCode = 1;
  }
}
