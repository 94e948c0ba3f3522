import { PhotoGuardError } from 'photoguard/errors';
import { expect, it } from 'vitest';
import { withFallback } from './fallback.ts';
import type { ProtectAsk, Protected } from './messages.ts';

const ASK: ProtectAsk = { kind: 'protect', file: new Blob() };
const RESULT = { report: { notes: ['kept'] } } as unknown as Protected;

/** A device that fails as told, one failure a try; what was tried. */
async function attempt(first: 'webgpu' | 'wasm', failures: readonly ('device' | 'memory' | 'image' | undefined)[]) {
  let device = first as string;
  const tries: string[] = [];
  const result = withFallback(
    ASK,
    async ({ settings }) => {
      tries.push(`${device} ${settings?.size ?? 'as usual'}`);
      const code = failures[tries.length - 1];
      if (code) throw new PhotoGuardError(code, `no ${code}`);
      return RESULT;
    },
    {
      device: () => device,
      leaveCard: async () => {
        device = 'wasm';
      },
      restart: async () => undefined,
    },
  );
  const notes = await result.then(
    ({ report }) => report.notes,
    (error: Error) => error.message,
  );
  return { tries, notes };
}

it.each(['device', 'memory'] as const)('goes on without a card that fails (%s), and says so', async (code) => {
  const { tries, notes } = await attempt('webgpu', [code]);
  expect(tries).toEqual(['webgpu as usual', 'wasm as usual']);
  expect(notes).toEqual(['kept', `computed without the graphics card, which failed: no ${code}`]);
});

it('sees a photo smaller that takes too much memory, once', async () => {
  expect((await attempt('wasm', ['memory'])).tries).toEqual(['wasm as usual', 'wasm upload:512']);
  expect(await attempt('wasm', ['memory', 'memory'])).toMatchObject({ notes: 'no memory' });
  expect((await attempt('webgpu', ['device', 'memory'])).tries).toHaveLength(3);
});

it('passes on what is no matter of the device', async () => {
  expect(await attempt('webgpu', ['image'])).toEqual({ tries: ['webgpu as usual'], notes: 'no image' });
  expect(await attempt('wasm', ['device'])).toEqual({ tries: ['wasm as usual'], notes: 'no device' });
});
