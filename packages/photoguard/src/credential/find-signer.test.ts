import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findSigner, makeSigner, readTrust } from './find-signer.ts';
import { makeSelfMade } from './self-made.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-signer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { certificate, authority, key } = makeSelfMade({ name: 'Example Photos' });
const other = makeSelfMade({ name: 'Other' });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const pem = (key: ReturnType<typeof generateKeyPairSync>, options = {}): string =>
  (key as unknown as { privateKey: { export(options: object): string } }).privateKey.export({
    ...{ type: 'pkcs8', format: 'pem' },
    ...options,
  });

it('reads a folder, or files, in any order, and leaves the root out', async () => {
  const files = [file('root.pem', authority), file('chain.crt', other.certificate + certificate), file('my.key', key)];
  for (const named of [folder, files.join(', '), files.toReversed().join(',')]) {
    const signer = await findSigner(named);
    expect(signer).toMatchObject({ name: 'Example Photos', algorithm: 'es256', selfMade: false });
    expect(signer.chain).toHaveLength(1);
  }
});

it('makes a self-made one, each time another', async () => {
  const [one, two] = [await findSigner('self-made'), await findSigner('self-made')];
  expect(one.selfMade).toBe(true);
  expect(one.key).not.toBe(two.key);
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
it.each([
  ['no key', certificate, /expected one private key in PEM, there are 0/],
  ['two keys', certificate + key + other.key, /there are 2/],
  ['no certificate', key, /no certificate in PEM/],
  ['a key of another certificate', certificate + other.key, /none of the certificates is that of the private key/],
  ['an encrypted key', certificate + pem(rsa as never, { cipher: 'aes-256-cbc', passphrase: 'x' }), /is encrypted/],
  ['a key that is broken', certificate + key.replace('MI', 'AA'), /cannot be read/],
  ['a certificate that is broken', key + certificate.replace('MII', 'AAA'), /no certificate in PEM that can be read/],
  [
    'a curve that C2PA does not know',
    certificate + pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) as never),
    /does not sign with \(got ec secp256k1\)/,
  ],
])('refuses %s, in one line', (_, text, message) => {
  expect(() => makeSigner(text, 'x')).toThrow(message);
});

it('says which file is not there, and that trust needs a certificate', async () => {
  await expect(findSigner(join(folder, 'nothing.pem'))).rejects.toThrow(/cannot be read \(got .*nothing\.pem\)/);
  await expect(readTrust(file('empty.pem', 'hello'))).rejects.toThrow(/no certificate/);
  expect(await readTrust(file('trust.pem', authority))).toContain('BEGIN CERTIFICATE');
});
