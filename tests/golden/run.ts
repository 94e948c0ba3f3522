// npm run golden [-- area...]: this project against the reference implementations' numbers. A line a case (its worst
// error against that tensor's tolerance), and at the end `N passed, N failed`. Cases are found by listing folders.
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

/** Runs areas of the golden folder. */
export async function runGolden(
  wanted: readonly string[],
  print: (line: string) => void,
  folder = goldenRoot,
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
    for (const name of names) await runArea(name, root, context, totals, print);
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
): Promise<void> {
  const cases = goldenCases(name, undefined, root);
  const area = AREAS.find((one) => one.name === name);
  if (cases.length === 0) {
    print(`FAILED   ${name}: no cases`);
    totals.failed++;
    return;
  }
  if (!area) {
    print(`skipped  ${name}: no runner yet (${cases.length} cases)`);
    totals.skipped += cases.length;
    return;
  }
  for (const golden of cases) {
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

if (import.meta.filename === process.argv[1]) {
  const { passed, failed, skipped } = await runGolden(process.argv.slice(2), console.log);
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  if (failed > 0) process.exitCode = 1;
}
