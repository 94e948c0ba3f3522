// A gradient of the attack away from a photo's own latents, through one surrogate: the same code in a page and in Node.
import { encoderAttack, makeConstraint, RECIPES } from 'photoguard/attacks';
import type { Pixels8 } from 'photoguard/image';
import type { SurrogateEncoder } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';

/** Gradients of a run. The first two also load programs and encode the photo. */
const STEPS = 4;

/** A function that measures one gradient, in seconds; what it has loaded stays loaded. @param side of the photo */
export function timeGradients(runtime: Runtime, surrogate: SurrogateEncoder, side: number): () => Promise<number> {
  const size = { width: side, height: side };
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const attack = encoderAttack({
    runtime,
    victims: [{ ref: 'surrogate', autoencoder: spaces[0]!.encoder, spaces }],
    modelSize: size,
    target: 'away',
    constraint: makeConstraint('linf', 8 / 255),
    recipe: { ...RECIPES.fast, steps: STEPS, start: 'random' },
  });
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => 128 + 90 * Math.sin(i * 0.0137));
  const photo: Pixels8 = { ...size, channels: 3, data };
  return async () => {
    const at: number[] = [];
    await attack.immunize(photo, { onProgress: ({ seconds }) => at.push(seconds) });
    return Math.min(...at.slice(2).map((seconds, k) => seconds - at[k + 1]!));
  };
}
