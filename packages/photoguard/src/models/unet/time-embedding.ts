// A UNet's time embedding: a sinusoidal embedding, computed on the host in float32 steps as in diffusers (at large
// timesteps float64 would differ by 3e-5), and an MLP in the graph.
import type { Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { linear } from '../linear.ts';

const MAX_PERIOD = 10_000;

/** How a sinusoidal embedding is laid out. */
export interface TimeProjectionOptions {
  /** Cosines first. */
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

/** The sinusoidal embedding of one number, [channels] (an even number). */
export function timeProjection(
  timestep: number,
  channels: number,
  { flipSinToCos, freqShift }: TimeProjectionOptions,
): Float32Array {
  const half = channels / 2;
  const out = new Float32Array(channels);
  const [sines, cosines] = flipSinToCos ? [half, 0] : [0, half];
  for (let i = 0; i < half; i++) {
    const exponent = Math.fround(Math.fround(Math.fround(-Math.log(MAX_PERIOD)) * i) / (half - freqShift));
    const angle = Math.fround(Math.fround(timestep) * Math.fround(Math.exp(exponent)));
    out[sines + i] = Math.sin(angle);
    out[cosines + i] = Math.cos(angle);
  }
  return out;
}

/** linear_1, SiLU, linear_2 of a sinusoidal embedding [N, from]; the result has `width` columns. */
export function timeMlp(context: LayerContext, name: string, x: Value, width: number): Value {
  const hidden = linear(context, `${name}.linear_1`, x, width);
  return linear(context, `${name}.linear_2`, silu(context, hidden), width);
}

/** x sigmoid(x) */
export const silu = ({ g }: LayerContext, x: Value): Value => g.mul(x, g.op('Sigmoid', [x]));
