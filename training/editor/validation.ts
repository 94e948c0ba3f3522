// The loss on fixed batches of validation photos: in the hole and in the known region of masked ones, and on whole
// pictures generated from noise.
import type { Program } from 'photoguard/runtime';
import { makeFeeds, type SeenBatch, type TimeFeatures } from './feeds.ts';

/** A fixed batch. */
export interface ValidationBatch extends SeenBatch {
  readonly kind: 'masked' | 'whole';
  /** The target of the prediction, [n, 4, s, s]. */
  readonly target: Float32Array;
  /** [n, 1, s, s]: 1 is repainted. */
  readonly mask: Float32Array;
}

/** Mean squared errors per latent value. */
export interface ValidationLoss {
  readonly hole: number;
  readonly known: number;
  readonly whole: number;
}

/**
 * Runs a program of `size` rows over batches; short ones are padded with zeros, which do not count.
 * @param program `prediction` of makeFeeds; undefined predicts zero
 */
export async function validate(
  program: Program | undefined,
  batches: Iterable<ValidationBatch>,
  network: TimeFeatures,
  size: number,
): Promise<ValidationLoss> {
  const sums = { hole: [0, 0], known: [0, 0], whole: [0, 0] } satisfies Record<keyof ValidationLoss, number[]>;
  for (const batch of batches) {
    const prediction = program
      ? ((await program.run(makeFeeds(filledUp(batch, size), network))).prediction as Float32Array)
      : new Float32Array(batch.target.length);
    add(sums, batch, prediction);
  }
  const mean = ([sum, count]: readonly number[]): number => sum! / count!;
  return { hole: mean(sums.hole), known: mean(sums.known), whole: mean(sums.whole) };
}

// Squared errors are means over channels, so that a latent position counts once.
function add(
  sums: Record<keyof ValidationLoss, number[]>,
  { kind, target, mask, timestep }: ValidationBatch,
  prediction: Float32Array,
): void {
  const channels = target.length / mask.length;
  const area = mask.length / timestep.length;
  mask.forEach((masked, at) => {
    const [row, position] = [Math.floor(at / area), at % area];
    let error = 0;
    for (let c = 0; c < channels; c++) {
      const i = (row * channels + c) * area + position;
      error += (prediction[i]! - target[i]!) ** 2 / channels;
    }
    const sum = kind === 'whole' ? sums.whole : masked > 0 ? sums.hole : sums.known;
    sum[0]! += error;
    sum[1]! += 1;
  });
}

function filledUp({ sample, timestep, ids }: SeenBatch, size: number): SeenBatch {
  const longer = <T extends Float32Array | Int32Array>(to: T, from: T): T => {
    to.set(from);
    return to;
  };
  const share = size / timestep.length;
  return {
    sample: longer(new Float32Array(sample.length * share), sample),
    timestep: longer(new Int32Array(size), timestep),
    ids: longer(new Int32Array(ids.length * share), ids),
  };
}
