// All random streams of the training: see photoguard/random. Rows with a number for each step are long enough for any
// training (a checkpoint counts up to 16 million steps).
import { type Stream, streamTable } from 'photoguard/random';

const STEPS = 2 ** 24;
const steps = (block: number) => [block * STEPS, STEPS] as const;
const UPPER_HALF = 2 ** 31;

/** Streams by name. */
export const STREAMS = streamTable({
  /** For evaluation, with separate seeds: timesteps, holes and crops; noise. */
  judging: 0,
  judgingNoise: 1,
  /** The order of photos, and made-up words. */
  photoOrder: 2,
  madeUpWords: 3,
  /** Of each step of the autoencoder's training: crops of photos, the attack on them, noise on their latents. */
  crops: steps(1),
  attackStrengths: steps(2),
  attackTarget: steps(3),
  attackStart: steps(4),
  latentNoise: steps(5),
  /** Of each step of the editor's: versions, timesteps and prompts; noise. */
  rows: steps(6),
  rowNoise: steps(7),
  /** Of surrogates: crops by their number; attacks on batches of crops; examples of each step. */
  surrogateCrops: steps(8),
  surrogateAttacks: steps(9),
  surrogateStarts: steps(10),
  surrogateRows: steps(11),
  /** Of each step of the immunizer's: what happens to crops; noise to compare with. */
  immunizerUploads: steps(12),
  immunizerNoise: steps(13),
  /** Of examples that carry a mark or something like it, by their number: what happens to them; noise. */
  carried: steps(14),
  carriedNoise: steps(15),
  /** Initial values of weights, by a hash of their names. */
  weights: [UPPER_HALF, UPPER_HALF],
});

/** The stream of a weight. @param hash of its name, 32 bits */
export const weightStream = (hash: number): Stream => STREAMS.weights((hash >>> 0) % UPPER_HALF);

/**
 * The stream of a photo's version: the hash itself, which may by chance equal a number of the table. Its draws (a
 * square, a mask) are unlike all others, and the masks that editors are evaluated with depend on it.
 * @param hash of the photo's name and the version, 32 bits
 */
export const versionStream = (hash: number): Stream => (hash >>> 0) as Stream;
