// The contestant of bench/metrics.ts: a metric for each line on standard input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type Features,
  frechetDistance,
  kernelDistance,
  measurePair,
  msSsimPiq,
  PAIR_METRICS,
  precisionRecall,
  type Rgb8,
} from 'photoguard/metrics';

interface Request {
  readonly metric: string;
  readonly times?: number;
  readonly reference?: string;
  readonly distorted?: string;
  readonly width?: number;
  readonly height?: number;
  readonly count?: number;
  readonly dimensions?: number;
}

// The same in peer.py.
function features(count: number, dimensions: number, seed: number): Features {
  const data = Float32Array.from({ length: count * dimensions }, (_, i) => Math.sin(i * i * 0.013 + i * 0.7 + seed));
  return { count, dimensions, data };
}

const SETS: Readonly<Record<string, (a: Features, b: Features) => number>> = {
  frechet: frechetDistance,
  kernel: kernelDistance,
  precisionRecall: (a, b) => precisionRecall(a, b).precision,
};

/** What piq has as well. */
const ALL = Object.keys(PAIR_METRICS).filter((field) => field !== 'flip');

function runner({ metric, reference, distorted, width, height, count, dimensions }: Request): () => number {
  const ofSets = SETS[metric];
  if (ofSets) {
    const [a, b] = [features(count!, dimensions!, 0), features(count!, dimensions!, 1)];
    return () => ofSets(a, b);
  }
  const read = (file: string): Rgb8 => ({ width: width!, height: height!, data: readFileSync(file) });
  const [a, b] = [read(reference!), read(distorted!)];
  if (metric === 'all') return () => measurePair(a, b, ALL).fsimc!;
  const of = metric === 'msSsimPiq' ? msSsimPiq : PAIR_METRICS[metric]!.of;
  return () => of(a, b);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  const run = runner(request);
  let seconds = Number.POSITIVE_INFINITY;
  let value = 0;
  for (let i = 0; i < (request.times ?? 1); i++) {
    const began = performance.now();
    value = run();
    seconds = Math.min(seconds, (performance.now() - began) / 1000);
  }
  console.log(JSON.stringify({ seconds, value }));
}
