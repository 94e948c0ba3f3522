// The command's content credentials, from signing to an audit that says whose they are.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import { describe, expect, it } from 'vitest';
import { makeSelfMade } from '../../packages/photoguard/src/credential/self-made.ts';
import { changedPixel } from '../../packages/photoguard/src/credential/testing/changed-file.ts';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const place = testPlace();
const immunize = (...args: string[]) =>
  photoguardHere(['immunize', '-m', place.model, '--steps', '2', '--size', '64x64', place.photo, ...args]);
const audit = async (photo: string, ...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await photoguardHere([
    ...['audit', photo, '-m', place.model, '--size', '64x64', '--purify', 'none', '--draws', '2', '--json', ...args],
  ]);
  return (JSON.parse(stdout) as { credential: Record<string, unknown> }).credential;
};
const { certificate, authority, key } = makeSelfMade({ name: 'Example Photos' });
const signer = place.fresh('signer');
mkdirSync(signer);
for (const [name, text] of Object.entries({ 'chain.pem': certificate, 'key.pem': key, 'authority.pem': authority }))
  writeFileSync(join(signer, name), text);

describe('photoguard immunize --credential', { timeout: 120_000 }, () => {
  it('signs with the certificate of an operator; audit says whose it is, and that the photo was changed', async () => {
    const output = place.fresh('out.png');
    const { status, stdout } = await immunize('--credential', signer, '-o', output, '--json');
    expect(status).toBe(0);
    const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] };
    expect(results[0]).toMatchObject({
      record: true,
      credential: { signer: 'Example Photos', selfMade: false, pdq: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const { xmp } = (await decodePhoto(output)).metadata;
    expect(readRecord(xmp).record?.tool).toMatch(/^photoguard/);
    const { pdq } = results[0]!.credential as { pdq: string };
    expect(await audit(output, '--trust', join(signer, 'authority.pem'))).toMatchObject({ status: 'trusted', pdq });
    const changed = place.fresh('changed.png');
    writeFileSync(changed, changedPixel(readFileSync(output), 'png'));
    expect(await audit(changed, '--trust', join(signer, 'authority.pem'))).toMatchObject({ status: 'tampered' });
  });

  it('signs a result of an earlier run that has none, and leaves one that has', async () => {
    const output = place.fresh('out.jpg');
    expect((await immunize('-o', output)).status).toBe(0);
    const made = await immunize('--credential', 'self-made', '-o', output);
    expect(made.stdout).toContain('signed   by PhotoGuard self-made (for trying out)');
    expect(made.stdout).toContain('anybody can make such a signature');
    const signed = readFileSync(output);
    expect((await immunize('--credential', 'self-made', '-o', output)).stdout).toContain('done before');
    expect(readFileSync(output)).toEqual(signed);
    const { stdout } = await photoguardHere([
      'audit',
      output,
      '-m',
      place.model,
      '--size',
      '64x64',
      '--purify',
      'none',
      '--draws',
      '2',
    ]);
    expect(stdout).toMatch(/credential: whole, but self-made.*not allowed: ai_generative_training, ai_inference/);
  });

  it.each([
    [['--credential', 'nothing.pem'], 'a PEM file cannot be read (got nothing.pem)'],
    [['--credential', 'self-made', '--format', 'avif'], 'AVIF has no place for a credential here'],
  ])('%j fails before any work, in one line', async (args, message) => {
    const { status, stderr } = await immunize(...args);
    expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining(message)]);
    expect(status).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
