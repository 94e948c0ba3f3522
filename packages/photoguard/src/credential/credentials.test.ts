// Real signing, and real checking by the library, in each format: who signed is told apart, and what was changed is found.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata } from '../../../../tests/support/photos.ts';
import { openCredentials } from './credentials.ts';
import { makeSigner } from './find-signer.ts';
import { readManifestStore } from './manifest-store.ts';
import { makeSelfMade, SELF_MADE_NAME, type SelfMadeOptions } from './self-made.ts';
import { changedPixel, withChecksums } from './testing/changed-file.ts';

const credentials = openCredentials();
afterAll(() => credentials.close());

const CONTENT = { pdq: new Uint8Array(32).fill(7), program: { name: 'PhotoGuard', version: '1.2.3' } };
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>';
const photos = {
  png: await testImageWithMetadata(1).withXmp(XMP).png().toBuffer(),
  jpeg: await testImageWithMetadata(1).withXmp(XMP).jpeg().toBuffer(),
  webp: await testImageWithMetadata(1).withXmp(XMP).webp({ lossless: true }).toBuffer(),
};
const made = (name: string, options: SelfMadeOptions = {}) => {
  const { certificate, authority, key } = makeSelfMade({ name, ...options });
  return { signer: makeSigner(certificate + key, name), authority };
};
const [ours, theirs] = [made('Example Photos'), made('Somebody Else')];
const pixels = (file: Uint8Array): Promise<Buffer> => sharp(file).raw().toBuffer();

describe.each(Object.entries(photos))('a %s', (format, photo) => {
  it('is signed; its pixels and XMP stay, and its signer is told apart', async () => {
    const signed = await credentials.sign(photo, ours.signer, CONTENT);
    expect(await pixels(signed)).toEqual(await pixels(photo));
    const said = { status: 'untrusted', signer: 'Example Photos', program: 'PhotoGuard 1.2.3', pdq: '07'.repeat(32) };
    const notAllowed = ['ai_inference', 'ai_generative_training', 'ai_training', 'data_mining'];
    const uses = Object.fromEntries(notAllowed.map((use) => [use, 'notAllowed']));
    expect(await credentials.read(signed)).toEqual({
      ...{ ...said, uses, problems: [] },
      id: expect.stringMatching(/^urn:c2pa:/),
    });
    const store = Buffer.from(readManifestStore(signed)!);
    expect([store.readUInt32BE(0), store.toString('latin1', 4, 8)]).toEqual([store.length, 'jumb']);
    expect(readManifestStore(photo)).toBeUndefined();
    expect((await credentials.read(signed, ours.authority)).status).toBe('trusted');
    expect((await credentials.read(signed, theirs.authority)).status).toBe('other-signer');
    expect((await sharp(signed).metadata()).xmp?.toString()).toContain('x:xmpmeta');
    expect((await sharp(signed).metadata()).xmp).toEqual((await sharp(photo).metadata()).xmp);
  });

  it('of which one pixel was changed is tampered, by whoever it was signed', async () => {
    const signed = await credentials.sign(photo, ours.signer, CONTENT);
    const changed = changedPixel(signed, format);
    expect(await pixels(changed)).not.toEqual(await pixels(photo));
    expect(await credentials.read(changed, ours.authority)).toMatchObject({
      status: 'tampered',
      problems: ['assertion.dataHash.mismatch'],
    });
  });

  it('whose credential was changed is tampered', async () => {
    const signed = Buffer.from(await credentials.sign(photo, ours.signer, CONTENT));
    const at = signed.indexOf('notAllowed');
    expect(at).toBeGreaterThan(0);
    signed.write('NotAllowed', at);
    const { status, problems } = await credentials.read(withChecksums(signed), ours.authority);
    expect([status, problems]).toEqual(['tampered', expect.arrayContaining(['assertion.hashedURI.mismatch'])]);
  });
});

it.each([
  ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
])('%s signs too', async (_, newSigner) => {
  const { signer, authority } = made('Example', { newSigner });
  const signed = await credentials.sign(photos.png, signer, CONTENT);
  expect((await credentials.read(signed, authority)).status).toBe('trusted');
});

it('a self-made one is told from every other, trusted ones apart', async () => {
  const { signer, authority } = made(SELF_MADE_NAME);
  const signed = await credentials.sign(photos.jpeg, signer, CONTENT);
  expect((await credentials.read(signed)).status).toBe('self-made');
  expect((await credentials.read(signed, ours.authority)).status).toBe('self-made');
  expect((await credentials.read(signed, authority)).status).toBe('trusted');
});

it('a photo is signed anew: the last signer counts', async () => {
  const first = await credentials.sign(photos.png, ours.signer, CONTENT);
  const second = await credentials.sign(first, theirs.signer, CONTENT);
  expect(await credentials.read(second, ours.authority)).toMatchObject({
    status: 'other-signer',
    signer: 'Somebody Else',
  });
});

it('refuses to sign with a certificate that is expired', async () => {
  const { certificate, key } = makeSelfMade({
    name: 'Old',
    begins: new Date('2020-01-01'),
    ends: new Date('2021-01-01'),
  });
  expect(() => makeSigner(certificate + key, 'old')).toThrow(/not valid today \(got .*2021/);
  const { signer } = made('Old');
  const chain = [Buffer.from(certificate.replace(/-----[A-Z ]+-----/g, ''), 'base64')];
  await expect(credentials.sign(photos.png, { ...signer, key, chain }, CONTENT)).rejects.toThrow(/could not be signed/);
});

it('signs no format that cannot carry it', async () => {
  const tiff = await testImage(32, 32).tiff().toBuffer();
  await expect(credentials.sign(tiff, ours.signer, CONTENT)).rejects.toThrow(/PNG, JPEG and WebP \(got tiff\)/);
});

it('photos without a credential have none, also where its word is in them', async () => {
  expect((await credentials.read(photos.png)).status).toBe('none');
  expect((await credentials.read(Buffer.concat([photos.png, Buffer.from('jumb')]))).status).toBe('none');
  expect((await credentials.read(Buffer.from('hello'))).status).toBe('none');
});

it('what is broken is invalid or tampered, never an error, and the next photo is read', async () => {
  const signed = await credentials.sign(photos.png, ours.signer, CONTENT);
  const at = signed.findIndex((_, i) => Buffer.from(signed.subarray(i, i + 4)).toString() === 'jumb');
  for (let k = 0; k < 40; k++) {
    const broken = signed.slice();
    broken[at - 8 + 37 * k]! ^= 0xff;
    expect(['invalid', 'tampered', 'none', 'untrusted']).toContain(
      (await credentials.read(withChecksums(broken))).status,
    );
  }
  expect(['invalid', 'none']).toContain((await credentials.read(signed.slice(0, at + 500))).status);
  expect((await credentials.read(signed)).status).toBe('untrusted');
});

it('does not fetch a credential that a photo says is elsewhere', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jumb.c2pa`;
  const xmp = XMP.replace(
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="${address}"/></rdf:RDF>`,
  );
  const photo = await testImageWithMetadata(1).withXmp(xmp).jpeg().toBuffer();
  const { status } = await credentials.read(photo);
  server.close();
  expect([status, asked]).toEqual([expect.stringMatching(/^(none|invalid)$/), 0]);
});
