// The signer that `--credential` names, and the anchors that `--trust` names, from PEM files.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from '../errors.ts';
import { makeSelfMade } from './self-made.ts';
import { algorithmOf, type Signer } from './signer.ts';

/** The word for a self-made certificate. */
export const SELF_MADE = 'self-made';

/** Largest PEM file that is read. */
const MOST_BYTES = 1_000_000;

/**
 * The signer of a folder of PEM files, of PEM files separated by commas, or a new self-made one for {@link SELF_MADE}.
 * @throws PhotoGuardError `input` if there is not one key and a certificate of it that is valid today
 */
export async function findSigner(named: string): Promise<Signer> {
  if (named === SELF_MADE) {
    const { certificate, key } = makeSelfMade();
    return { ...makeSigner([certificate, key].join(''), named), selfMade: true };
  }
  const files = (await isFolder(named))
    ? (await readdir(named)).filter((name) => /\.(pem|crt|cer|key)$/i.test(name)).map((name) => join(named, name))
    : named.split(',').map((name) => name.trim());
  return makeSigner((await Promise.all(files.map(readPem))).join('\n'), named);
}

/** The certificates of PEM files, separated by commas. @throws PhotoGuardError `input` if there are none */
export async function readTrust(named: string): Promise<string> {
  const text = (await Promise.all(named.split(',').map((name) => readPem(name.trim())))).join('\n');
  readCertificates(text, named);
  return text;
}

/** The signer of PEM text. @throws PhotoGuardError like {@link findSigner} */
export function makeSigner(pem: string, named: string): Signer {
  const wrong = (what: string, got = named, hint?: string): PhotoGuardError =>
    new PhotoGuardError('input', `--credential: ${what}`, { got, ...(hint !== undefined && { hint }) });
  const keys = pem.match(/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^-]+-----END ([A-Z]+ )?PRIVATE KEY-----/g) ?? [];
  if (keys.some((key) => key.includes('ENCRYPTED')))
    throw wrong('the private key is encrypted', named, 'decrypt it: openssl pkey -in key.pem -out plain.pem');
  if (keys.length !== 1) throw wrong(`expected one private key in PEM, there are ${keys.length}`);
  let key: KeyObject;
  try {
    key = createPrivateKey(keys[0]!);
  } catch {
    throw wrong('the private key cannot be read');
  }
  const algorithm = algorithmOf(key);
  const certificates = readCertificates(pem, named);
  const own = certificates.find((one) => one.checkPrivateKey(key));
  if (!own) throw wrong('none of the certificates is that of the private key');
  const now = Date.now();
  if (Date.parse(own.validFrom) > now || Date.parse(own.validTo) < now)
    throw wrong('the certificate is not valid today', `${own.validFrom} to ${own.validTo}`);
  if (own.ca || own.checkIssued(own))
    throw wrong(
      'the certificate is that of an authority, or self-signed',
      named,
      'C2PA wants one that an authority issued',
    );
  return {
    ...{ name: nameOf(own), algorithm, selfMade: false },
    chain: chainOf(own, certificates).map(({ raw }) => raw),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// Roots are left out: who trusts one has it.
function chainOf(own: X509Certificate, among: readonly X509Certificate[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next: X509Certificate | undefined = own; next && !chain.includes(next); ) {
    if (next.checkIssued(next)) break;
    chain.push(next);
    const issued: X509Certificate = next;
    next = among.find((one) => one !== issued && issued.checkIssued(one) && issued.verify(one.publicKey));
  }
  return chain;
}

function readCertificates(pem: string, named: string): X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const certificates = found.map((one) => new X509Certificate(one));
    if (certificates.length > 0) return certificates;
  } catch {
    // reported below
  }
  throw new PhotoGuardError('input', 'there is no certificate in PEM that can be read', { got: named });
}

const nameOf = ({ subject }: X509Certificate): string =>
  /^CN=(.+)$/m.exec(subject)?.[1] ?? /^O=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function readPem(path: string): Promise<string> {
  try {
    if ((await stat(path)).size <= MOST_BYTES) return await readFile(path, 'utf8');
  } catch (cause) {
    throw new PhotoGuardError('input', 'a PEM file cannot be read', { got: path, cause });
  }
  throw new PhotoGuardError('input', 'that is no PEM file: it is too large', { got: path });
}
