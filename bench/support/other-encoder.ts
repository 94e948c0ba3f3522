// An encoder of FLUX.1's latent space by another author than the tiny autoencoders, to measure with and never to attack: 3x3
// convolutions, three of them of stride 2, each followed by a residual block. It is crude (a correlation of .82 with taef1),
// so what it says is a direction.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Encoder } from 'photoguard/models';
import { openCheckpoint } from 'photoguard/models/node';

/** Channels after each strided convolution. */
const CHANNELS = [16, 8, 8, 16] as const;
const LATENT = 16;
const CONV = { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], kernel_shape: [3, 3], group: 1 };

/** Loads it from its file of weights. */
export async function loadOtherEncoder(path: string): Promise<Encoder> {
  const checkpoint = await openCheckpoint(path);
  const weights = new Map<string, Float32Array>();
  for (const name of checkpoint.names()) weights.set(name, await checkpoint.readTensor(name));
  const conv = (g: GraphBuilder, name: string, x: Value, out: number, stride = 1): Value => {
    const tensor = (part: string, shape: readonly number[]): Value | undefined => {
      const data = weights.get(`${name}.${part}`);
      return data && g.constant({ dtype: 'float32', shape, data });
    };
    const [weight, bias] = [tensor('weight', [out, x.shape[1]!, 3, 3])!, tensor('bias', [out])];
    return g.op('Conv', [x, weight, bias], { ...CONV, strides: [stride, stride] });
  };
  const block = (g: GraphBuilder, name: string, x: Value): Value => {
    const out = x.shape[1]!;
    const first = g.op('Relu', [conv(g, `${name}.conv.0`, x, out)]);
    const second = g.op('Relu', [conv(g, `${name}.conv.2`, first, out)]);
    return g.op('Relu', [g.add(conv(g, `${name}.conv.4`, second, out), x)]);
  };
  return {
    ...{ architecture: 'other', latentChannels: LATENT, factor: 8, scalingFactor: 0.3611, shiftFactor: 0.1159 },
    encode(g, image) {
      let x = image;
      CHANNELS.forEach((out, level) => {
        x = block(g, `encoder.${2 * level + 1}`, conv(g, `encoder.${2 * level}`, x, out, level === 0 ? 1 : 2));
      });
      return { mean: conv(g, 'encoder.8', x, LATENT) };
    },
  };
}
