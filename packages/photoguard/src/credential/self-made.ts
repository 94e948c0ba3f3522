// Certificates for trying out: a signer's, and that of an authority that vouches for it and for nothing else. Each time
// new keys; the authority's is thrown away. What C2PA asks of certificates is followed, so that everything but trust works.
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
} from 'node:crypto';

/** Names in self-made certificates, by which they are told from others. */
export const SELF_MADE_NAME = 'PhotoGuard self-made (for trying out)';

/** A chain with its key. */
export interface SelfMade {
  /** The signer's certificate and the authority's, in PEM. */
  readonly certificate: string;
  readonly authority: string;
  /** The signer's, PKCS #8 in PEM. */
  readonly key: string;
}

/** Options of {@link makeSelfMade}; each has a default. */
export interface SelfMadeOptions {
  readonly name?: string;
  readonly begins?: Date;
  readonly ends?: Date;
  /** Makes the signer's key. */
  readonly newSigner?: () => KeyPairKeyObjectResult;
}

const YEAR_MS = 365 * 86_400_000;

/** Makes a chain. @param options default: valid from an hour ago for a year */
export function makeSelfMade({
  name = SELF_MADE_NAME,
  begins = new Date(Date.now() - 3_600_000),
  ends = new Date(Date.now() + YEAR_MS),
  newSigner = newKey,
}: SelfMadeOptions = {}): SelfMade {
  const [authority, signer] = [newKey(), newSigner()];
  const issuer = nameOf(`${name}: authority`);
  const common = { issuer, by: authority.privateKey, begins, ends };
  const usage = (bits: readonly number[]): Buffer => extension('551d0f', true, tlv(0x03, Buffer.from(bits)));
  const isAuthority = extension('551d13', true, sequence(TRUE));
  const isNone = extension('551d13', true, sequence());
  const forMail = extension('551d25', true, sequence(oid('2b06010505070304'))); // C2PA's list of purposes has it
  const issuedBy = extension('551d23', false, sequence(tlv(0x80, identify(authority.publicKey))));
  const identifies = (key: KeyObject): Buffer => extension('551d0e', false, tlv(0x04, identify(key)));
  return {
    authority: certificate({
      ...{ ...common, subject: issuer, key: authority.publicKey },
      extensions: [isAuthority, usage([1, 0x06]), identifies(authority.publicKey)],
    }),
    certificate: certificate({
      ...{ ...common, subject: nameOf(name), key: signer.publicKey },
      extensions: [isNone, usage([7, 0x80]), forMail, issuedBy, identifies(signer.publicKey)],
    }),
    key: signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Certificate {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly key: KeyObject;
  readonly by: KeyObject;
  readonly begins: Date;
  readonly ends: Date;
  readonly extensions: readonly Buffer[];
}

// X.509, version 3 (RFC 5280), signed with ECDSA and SHA-256.
function certificate({ subject, issuer, key, by, begins, ends, extensions }: Certificate): string {
  const serial = randomBytes(16);
  serial[0] = 0x40 | (serial[0]! & 0x3f); // positive, and no zero ahead
  const body = sequence(
    ...[
      tlv(0xa0, tlv(0x02, Buffer.of(2))),
      tlv(0x02, serial),
      ECDSA_SHA256,
      issuer,
      sequence(time(begins), time(ends)),
    ],
    ...[subject, publicBytes(key), tlv(0xa3, sequence(...extensions))],
  );
  const signature = tlv(0x03, Buffer.of(0), sign('sha256', body, by));
  const base64 = sequence(body, ECDSA_SHA256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicBytes = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const identify = (key: KeyObject): Buffer => createHash('sha1').update(publicBytes(key)).digest();

// DER: a type, the length, the content.
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date): Buffer => tlv(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, '')));
const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [TRUE] : []), tlv(0x04, value));
const nameOf = (text: string): Buffer =>
  sequence(
    ...['55040a', '550403'].map((field) => tlv(0x31, sequence(oid(field), tlv(0x0c, Buffer.from(text))))), // O and CN
  );
const TRUE = Buffer.of(0x01, 0x01, 0xff);
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
