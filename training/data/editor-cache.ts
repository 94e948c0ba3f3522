// Batches for the editor from latents that were computed once. The UNet's input is that of Stable Diffusion inpainting:
// noisy latent 4, mask 1, latent of the masked photo 4. In a quarter of the rows the mask is the whole picture, which
// is text-to-image, and with a strength below 1 image-to-image. The draws are those of the lab's train.py; they depend
// only on (seed, step).
import { halfToFloat } from 'onnx-grad';
import { PhotoGuardError } from 'photoguard/errors';
import { Random } from 'photoguard/random';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { drawCaption, drawTimesteps, drawVersions, WHOLE_SHARE } from './batch-draws.ts';
import { CAPTIONS, type CacheContent, readCache } from './editor-cache-file.ts';
import { noiseLevels } from './editor-noise.ts';

/** n rows; s is the latent's side. */
export interface EditorBatch {
  /** [n, 9, s, s]: noisy latent 4, mask 1 (1: repaint), latent of the masked photo 4. */
  readonly sample: Float32Array;
  /** [n, 4, s, s]: v = alpha eps - sigma z. */
  readonly target: Float32Array;
  /** [n, 1, s, s]: the mask again, to weigh losses with. */
  readonly mask: Float32Array;
  /** [n], 0 to 999. */
  readonly timestep: Int32Array;
  /** [n, tokens]: token ids of the prompt. */
  readonly ids: Int32Array;
}

/** A batch of the validation photos with fixed noise and timesteps; `whole`: all of each picture is masked. */
export interface ValidationBatch extends EditorBatch {
  readonly kind: 'masked' | 'whole';
}

/** A cache as a source of batches. */
export interface EditorCache {
  readonly latentSide: number;
  readonly tokens: number;
  /** Ids of the tokenizer: the end token, which every prompt has, is the last. */
  readonly vocabulary: number;
  /** Versions of photos. */
  readonly trainCount: number;
  readonly validationCount: number;
  /** The batch of a step, always the same. @throws PhotoGuardError `input` for more rows than versions */
  batch(options: BatchOptions): EditorBatch;
  /** All validation photos, first masked, then whole, `size` rows at a time; the last batch of a kind may be smaller. */
  validation(size: number): Generator<ValidationBatch>;
}

/** Which batch. */
export interface BatchOptions {
  readonly size: number;
  readonly seed: number;
  readonly step: number;
  /** Whether in a quarter of the rows all is masked. Default: true. */
  readonly whole?: boolean;
}

const LATENT_CHANNELS = 4;
const SAMPLE_CHANNELS = 9;

/** Opens a cache. @throws PhotoGuardError `input` or `checkpoint` if it is missing, damaged or of another version */
export async function openEditorCache(folder: string): Promise<EditorCache> {
  return editorCache(await readCache(folder));
}

/** A cache's batches. */
export function editorCache({ index, tensors }: CacheContent): EditorCache {
  const { latentSide, tokens, junk, prompts } = index;
  const area = latentSide ** 2;
  const each = LATENT_CHANNELS * area;
  const levels = noiseLevels();
  const float = Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToFloat(bits));
  const versions = [...tensors.weight.keys()];
  const train = versions.filter((i) => tensors.weight[i]! > 0);
  const valid = versions.filter((i) => tensors.weight[i]! === 0);
  let sum = 0;
  const cumulative = Float64Array.from(train, (i) => (sum += tensors.weight[i]!));

  const listCaptions = (version: number): Int32Array => {
    const photo = tensors.photo[version]!;
    return tensors.captions.subarray(photo * CAPTIONS, (photo + 1) * CAPTIONS);
  };

  // Row `row` of a batch. `texts`: the row of `ids` that is its prompt.
  const fill = (batch: EditorBatch, row: number, version: number, draw: Row): void => {
    const { timestep, noise, whole, text } = draw;
    const alpha = levels.alpha[timestep]!;
    const sigma = levels.sigma[timestep]!;
    const sample = batch.sample.subarray(row * SAMPLE_CHANNELS * area, (row + 1) * SAMPLE_CHANNELS * area);
    const target = batch.target.subarray(row * each, (row + 1) * each);
    const from = version * each;
    for (let i = 0; i < each; i++) {
      const z = float[tensors.latent[from + i]!]!;
      sample[i] = alpha * z + sigma * noise[i]!;
      target[i] = alpha * noise[i]! - sigma * z;
      sample[each + area + i] = float[whole ? tensors.hidden[i]! : tensors.masked[from + i]!]!;
    }
    for (let i = 0; i < area; i++)
      batch.mask[row * area + i] = sample[each + i] = whole ? 1 : tensors.mask[version * area + i]!;
    batch.timestep[row] = timestep;
    batch.ids.set(tensors.ids.subarray(text * tokens, (text + 1) * tokens), row * tokens);
  };

  const empty = (n: number): EditorBatch => ({
    sample: new Float32Array(n * SAMPLE_CHANNELS * area),
    target: new Float32Array(n * each),
    mask: new Float32Array(n * area),
    timestep: new Int32Array(n),
    ids: new Int32Array(n * tokens),
  });

  return {
    latentSide,
    tokens,
    vocabulary: 1 + tensors.ids.reduce((most, id) => Math.max(most, id), 0),
    trainCount: train.length,
    validationCount: valid.length,
    batch: ({ size, seed, step, whole = true }) => {
      if (size > train.length)
        throw new PhotoGuardError('input', `a batch can have at most as many rows as there are versions of photos`, {
          got: `${size} rows of ${train.length}`,
        });
      const draws = new Draws(seed, STREAMS.rows(step));
      const noise = new Random(seed, STREAMS.rowNoise(step)).normal(size * each);
      const chosen = drawVersions(draws, cumulative, size).map((i) => train[i]!);
      const timesteps = drawTimesteps(draws, levels.share, size);
      const batch = empty(size);
      for (const [row, version] of chosen.entries())
        fill(batch, row, version, {
          timestep: timesteps[row]!,
          noise: noise.subarray(row * each, (row + 1) * each),
          text: drawCaption(draws, listCaptions(version), { prompts: prompts.length, junk }),
          whole: draws.next() < WHOLE_SHARE && whole,
        });
      return batch;
    },
    *validation(size) {
      for (const kind of ['masked', 'whole'] as const)
        for (let first = 0; first < valid.length; first += size) {
          const part = valid.slice(first, first + size);
          const batch = empty(part.length);
          for (const [row, version] of part.entries()) {
            const at = (kind === 'whole' ? valid.length : 0) + first + row;
            const [plain, , coloured] = listCaptions(version);
            fill(batch, row, version, {
              timestep: tensors.validationTimestep[at]!,
              noise: tensors.validationNoise.subarray(at * each, (at + 1) * each),
              text: coloured! >= 0 ? coloured! : plain!,
              whole: kind === 'whole',
            });
          }
          yield { kind, ...batch };
        }
    },
  };
}

/** The rest of a row's data, apart from its version. */
interface Row {
  readonly timestep: number;
  readonly noise: Float32Array;
  readonly text: number;
  readonly whole: boolean;
}
