/*
 * CLIP's features of pictures and of texts, in one space, and its similarities: of two pictures, or of a picture and a
 * prompt (what papers call the CLIP score, there often times 100). They depend on the checkpoint, so they carry its
 * name.
 */
import { GraphBuilder, type MemoryPlan, planMemory } from 'onnx-grad';
import { clipPixels } from '../image/index.ts';
import { type Features, type Rgb8, rowCosines } from '../metrics/index.ts';
import { type CLIPModel, type CLIPTokenizer, pooledPosition } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { collectFeatures, type FeatureNetwork } from './feature-network.ts';

/** CLIP's two towers; as a feature network, the one for pictures. */
export interface CLIPNetwork extends FeatureNetwork {
  /**
   * Features of texts, one row each. Texts that exceed the tokenizer's length are cut. @throws PhotoGuardError like
   * features
   */
  texts(prompts: readonly string[], signal?: AbortSignal): Promise<Features>;
  /** Cosine of picture n of one list with picture n of the other. @throws PhotoGuardError also for other counts */
  pictureSimilarity(a: readonly Rgb8[], b: readonly Rgb8[], signal?: AbortSignal): Promise<Float64Array>;
  /** Cosine of each picture with its prompt. @throws PhotoGuardError also for other counts */
  promptSimilarity(pictures: readonly Rgb8[], prompts: readonly string[], signal?: AbortSignal): Promise<Float64Array>;
}

/** The programs of CLIP's two towers, and the memory that they take. */
export function planClip(clip: CLIPModel): { readonly vision: MemoryPlan; readonly text: MemoryPlan } {
  const { imageSize } = clip.config.vision;
  const { maxTokens } = clip.config.text;
  const image = new GraphBuilder('clip_image');
  const { pooled } = clip.vision.encode(image, image.input('pixels', 'float32', [1, 3, imageSize, imageSize]));
  image.output('features', clip.imageFeatures(image, pooled));
  const words = new GraphBuilder('clip_text');
  const { last } = clip.text.encode(words, words.input('ids', 'int64', [1, maxTokens]));
  const one = clip.text.pool(words, last, words.input('one_hot', 'float32', [1, maxTokens]));
  words.output('features', clip.textFeatures(words, one));
  return { vision: planMemory(image.build()), text: planMemory(words.build()) };
}

/** CLIP on a runtime; `ref` is the user's name of the checkpoint. Features are the projected ones, not normalised. */
export function clipNetwork(runtime: Runtime, ref: string, clip: CLIPModel, tokenizer: CLIPTokenizer): CLIPNetwork {
  const { imageSize } = clip.config.vision;
  const { maxTokens } = clip.config.text;
  const dimensions = clip.config.projectionDim;
  const { vision, text } = planClip(clip);
  const programs = runtime.programs.lease();
  const features = async (pictures: readonly Rgb8[], signal?: AbortSignal): Promise<Features> => {
    const rows: Float32Array[] = [];
    for (const picture of pictures) {
      const pixels = clipPixels({ ...picture, channels: 3 }, imageSize);
      rows.push((await programs.run(vision.graph, { pixels }, { signal })).features as Float32Array);
    }
    return collectFeatures(dimensions, rows);
  };
  const texts = async (prompts: readonly string[], signal?: AbortSignal): Promise<Features> => {
    const rows: Float32Array[] = [];
    for (const prompt of prompts) {
      const { ids } = tokenizer.encode(prompt);
      const oneHot = new Float32Array(maxTokens);
      oneHot[pooledPosition(ids, clip.config.text)] = 1;
      const feeds = { ids: BigInt64Array.from(ids, BigInt), one_hot: oneHot };
      rows.push((await programs.run(text.graph, feeds, { signal })).features as Float32Array);
    }
    return collectFeatures(dimensions, rows);
  };
  return {
    name: `CLIP of ${ref}, projected features of the image tower`,
    features,
    texts,
    pictureSimilarity: async (a, b, signal) => rowCosines(await features(a, signal), await features(b, signal)),
    promptSimilarity: async (pictures, prompts, signal) =>
      rowCosines(await features(pictures, signal), await texts(prompts, signal)),
    release: () => programs.release(),
  };
}
