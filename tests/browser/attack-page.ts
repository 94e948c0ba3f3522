/*
 * The page of the test of bundles: an encoder attack as a page of somebody else would have it, from what the packages
 * export alone. Offers `immunize` as `tests` of the global object.
 */
import { encoderAttack, makeConstraint, RECIPES } from 'photoguard/attacks';
import type { Pixels8 } from 'photoguard/image';
import { blobSource, buildAutoencoder, readCheckpoint } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime/web';

const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/** Loads the model below `models/`, and immunizes a picture in `steps` steps, on wasm. */
async function immunize(picture: Omit<Pixels8, 'data'> & { readonly data: readonly number[] }, steps: number) {
  const [config, weights] = await Promise.all([fetch('models/config.json'), fetch(`models/${WEIGHTS}`)]);
  const blob = await weights.blob();
  const autoencoder = buildAutoencoder(await config.json(), await readCheckpoint('tiny', [blobSource(WEIGHTS, blob)]));
  const runtime = await openRuntime({ device: 'wasm', weights: () => blob });
  try {
    const attack = encoderAttack({
      runtime,
      victims: [{ ref: 'tiny', autoencoder }],
      modelSize: picture,
      constraint: makeConstraint('linf', 16 / 255),
      recipe: { ...RECIPES.fast, steps },
    });
    const photo: Pixels8 = { ...picture, data: Uint8Array.from(picture.data) };
    const { pixels } = await attack.immunize(photo);
    return {
      pixels: Array.from(pixels.data),
      before: await attack.measure(photo),
      after: await attack.measure(pixels),
    };
  } finally {
    await runtime.close();
  }
}

/** Opens a runtime on wasm; what it says where it does not start. */
const open = (startSeconds: number): Promise<string> =>
  openRuntime({ device: 'wasm', startSeconds }).then(
    async (runtime) => {
      await runtime.close();
      return 'open';
    },
    (error: Error) => error.message,
  );

/** What tests call. */
export type AttackTests = typeof tests;
const tests = { immunize, open };
Object.assign(globalThis, { tests });
