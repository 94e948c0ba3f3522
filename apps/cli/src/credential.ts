// Content credentials: `immunize --credential` signs one into each result, `audit` reads that of its photo.
import { type Credential, findSigner, hasCredential, openCredentials, readTrust } from 'photoguard/credential';
import { PhotoGuardError } from 'photoguard/errors';
import { hashHex, pdq } from 'photoguard/hash';
import { encodePhoto, type OutputFormat, type Pixels8, readPhotoFile } from 'photoguard/image/node';
import { VERSION } from './version.ts';

/** What a report says of a credential that was signed. */
export interface Signed {
  readonly signer: string;
  /** Made for trying out: it proves nothing. */
  readonly selfMade: boolean;
  /** PDQ of the written photo, which it names. */
  readonly pdq: string;
}

/** Signs results. */
export interface Signing {
  /** The file with a credential. @param pixels what is in it */
  sign(file: Uint8Array, pixels: Pixels8): Promise<{ readonly file: Uint8Array; readonly signed: Signed }>;
  /** @throws PhotoGuardError `input` for a format that has no place for it */
  requireFormat(format: OutputFormat): void;
  /** Whether the photo of a path has a credential. */
  isSigned(path: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Finds the signer and tries it, so that what is wrong with a certificate is found before any work.
 * @throws PhotoGuardError `input` if it cannot sign
 */
export async function openSigning(named: string): Promise<Signing> {
  const signer = await findSigner(named);
  const credentials = openCredentials();
  const program = { name: 'PhotoGuard', version: VERSION };
  const signing: Signing = {
    async sign(file, pixels) {
      const { hash } = pdq(pixels);
      return {
        file: await credentials.sign(file, signer, { pdq: hash, program }),
        signed: { signer: signer.name, selfMade: signer.selfMade, pdq: hashHex(hash) },
      };
    },
    requireFormat(format) {
      if (format !== 'avif') return;
      throw new PhotoGuardError('input', 'AVIF has no place for a credential here', {
        hint: 'choose png, jpeg or webp with --format, or leave --credential out',
      });
    },
    isSigned: async (path) => hasCredential(await readPhotoFile(path)),
    close: () => credentials.close(),
  };
  const pixels: Pixels8 = { width: 64, height: 64, channels: 3, data: new Uint8Array(3 * 64 * 64) };
  try {
    await signing.sign((await encodePhoto(pixels, 'png')).bytes, pixels);
  } catch (error) {
    await signing.close();
    throw error;
  }
  return signing;
}

/** The credential of a photo's file. @param trust PEM files, separated by commas */
export async function credentialOf(path: string, trust: string | undefined): Promise<Credential> {
  const anchors = trust === undefined ? undefined : await readTrust(trust);
  const credentials = openCredentials();
  try {
    return await credentials.read(await readPhotoFile(path), anchors);
  } finally {
    await credentials.close();
  }
}
