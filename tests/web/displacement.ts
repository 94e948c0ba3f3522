// How far a protection moves latents, measured in Node, for comparison with what the page says.
import { DisplacementMeter } from 'photoguard/displacement';
import type { Pixels8, Size } from 'photoguard/image/node';
import { type LoadedSurrogate, loadSurrogates, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';

/** By space, in Node, measured by the network that the page does not attack. */
export async function displacement(before: Pixels8, after: Pixels8, size: Size): Promise<number[]> {
  const runtime = await openRuntime({ device: 'cpu', threads: 1 });
  try {
    const [{ surrogate }] = (await loadSurrogates((await resolveModel('surrogates/pooled')).folder)) as [
      LoadedSurrogate,
    ];
    const encoders = Object.fromEntries(surrogate.spaces.map((encoder) => [encoder.space, encoder]));
    const meter = new DisplacementMeter({ runtime, encoders, size, together: true });
    return Object.values(await meter.measure(before, after));
  } finally {
    await runtime.close();
  }
}
