import { describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { type Mask, type Pixels8, readPlanes } from '../image/index.ts';
import { pipelineSize, sideMultiple } from './pipeline-size.ts';
import { View } from './view.ts';

const MEGAPIXEL = 1024 * 1024;
const ENCODERS = {
  flux2: { multiple: 16, fit: 'crop', area: MEGAPIXEL },
  qwen: { multiple: 32, fit: 'area', area: MEGAPIXEL },
  wan: { multiple: 16, fit: 'asked' },
} as const;
const encoder = (name: keyof typeof ENCODERS) => ({
  ...{ architecture: name, factor: 8, preparation: ENCODERS[name] },
});
const size = (text: string) => {
  const [width, height] = text.split('x').map(Number) as [number, number];
  return { width, height };
};

describe('the size that a pipeline makes of a photo', () => {
  it.each([
    ['flux2', '1000x700', '1000x700', '992x688'],
    ['flux2', '1024x1024', '1024x1024', '1024x1024'],
    ['flux2', '4000x3000', '1182x886', '1168x880'], // int(4000 s) with s = sqrt(1024 * 1024 / 12e6)
    ['qwen', '4000x3000', '1184x896', '1184x896'],
    ['qwen', '200x100', '1440x736', '1440x736'],
    ['qwen', '512x512', '1024x1024', '1024x1024'],
    ['wan', '1000x700', '992x688', '992x688'],
  ] as const)('of %s of a photo of %s: resized to %s, seen at %s', (name, photo, resized, seen) => {
    expect(pipelineSize(encoder(name), size(photo))).toEqual({ resized: size(resized), size: size(seen) });
  });

  it('is the size asked for where the pipeline takes any, rounded down', () => {
    const asked = pipelineSize(encoder('wan'), size('4000x3000'), { width: 833, height: 480 });
    expect(asked.size).toEqual({ width: 832, height: 480 });
    expect(pipelineSize(encoder('flux2'), size('100x90'), { width: 64, height: 64 }).size).toEqual(size('96x80'));
  });

  it('is a multiple of what the autoencoder takes where no pipeline is known', () => {
    expect(sideMultiple({ factor: 8 })).toBe(8);
    expect(sideMultiple(encoder('qwen'))).toBe(32);
    expect(pipelineSize({ architecture: 'AutoencoderKL', factor: 8 }, size('50x31')).size).toEqual(size('48x24'));
  });

  it('is refused for a photo that is too small', () => {
    expect(() => pipelineSize(encoder('flux2'), size('15x99'))).toThrow(
      'both sides must be at least 16 pixels for flux2 (got 15x99)',
    );
  });
});

describe('a view whose middle is cut out', () => {
  const photo: Pixels8 = { width: 30, height: 22, channels: 3, data: testPixels(30, 22, 3) };
  const mask: Mask = { width: 30, height: 22, data: Uint8Array.from({ length: 660 }, (_, i) => (i % 30 < 9 ? 1 : 0)) };
  const [resized, seen] = [
    { width: 21, height: 18 },
    { width: 16, height: 16 },
  ];

  it('has the pixels of the whole, without the margin', () => {
    const whole = new View({ photo, size: resized, mask, grey: true });
    const view = new View({ photo, size: seen, resized, mask, grey: true });
    for (const [cut, full] of [
      [view.exact(photo), whole.exact(photo)],
      [view.see(readPlanes(photo)), whole.see(readPlanes(photo))],
    ] as const)
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < 16; y++)
          for (let x = 0; x < 16; x++)
            expect(cut.data[(c * 16 + y) * 16 + x]).toBe(full.data[(c * 18 + y + 1) * 21 + x + 2]);
  });

  it.each([true, false])('pulls gradients back through the cut (resized first: %s)', (isResized) => {
    const view = isResized ? new View({ photo, size: seen, resized }) : new View({ photo, size: seen, resized: photo });
    const gradient = Float32Array.from({ length: 3 * 256 }, (_, i) => Math.sin(i * i));
    // The view is linear: <gradient, see(x)> = <pull(gradient), x>.
    const image = view.see(readPlanes(photo));
    const through = image.data.reduce((sum, value, i) => sum + value * gradient[i]!, 0);
    let back = 0;
    for (let channel = 0; channel < 3; channel++) {
      const plane = view.pull(gradient, channel, new Float32Array(660).fill(9));
      for (let i = 0; i < 660; i++) back += (plane[i]! * photo.data[3 * i + channel]!) / 255;
    }
    expect(back).toBeCloseTo(through, 3);
  });

  it('cannot be larger than the whole', () => {
    expect(() => new View({ photo, size: { width: 32, height: 16 }, resized })).toThrow(/middle of 21x18.*got 32x16/);
  });
});
