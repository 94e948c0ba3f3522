// Who signs: a private key and the certificates that vouch for it.
import { constants, type KeyObject, sign } from 'node:crypto';
import { PhotoGuardError } from '../errors.ts';

/** Signature algorithms of C2PA: name, number in COSE, hash. */
const ALGORITHMS = {
  es256: [-7, 'sha256'],
  es384: [-35, 'sha384'],
  es512: [-36, 'sha512'],
  ps256: [-37, 'sha256'],
  ed25519: [-8, null],
} as const;

/** One of them. */
export type SigningAlgorithm = keyof typeof ALGORITHMS;

/** A signer. */
export interface Signer {
  /** The name in its certificate. */
  readonly name: string;
  readonly algorithm: SigningAlgorithm;
  /** Certificates in DER: its own first, each followed by its issuer's, without a root. */
  readonly chain: readonly Uint8Array[];
  /** PKCS #8 in PEM. */
  readonly key: string;
  /** Whether it was made for trying out. */
  readonly selfMade: boolean;
}

/** The algorithm of a key. @throws PhotoGuardError `input` for a key that C2PA has no algorithm for */
export function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): SigningAlgorithm {
  const curve = { prime256v1: 'es256', secp384r1: 'es384', secp521r1: 'es512' } as const;
  const found =
    type === 'ec'
      ? curve[details?.namedCurve as keyof typeof curve]
      : type === 'ed25519'
        ? 'ed25519'
        : (type === 'rsa' || type === 'rsa-pss') && (details?.modulusLength ?? 0) >= 2048
          ? 'ps256'
          : undefined;
  if (found) return found;
  throw new PhotoGuardError('input', 'the credential has a key that C2PA does not sign with', {
    got: [type, details?.namedCurve ?? details?.modulusLength].filter((part) => part !== undefined).join(' '),
    hint: 'use P-256, P-384, P-521, Ed25519, or RSA of 2048 bits or more',
  });
}

/** COSE's number of an algorithm. */
export const coseNumber = (algorithm: SigningAlgorithm): number => ALGORITHMS[algorithm][0];

/** A signature in the form that COSE wants. */
export const signBytes = (bytes: Uint8Array, key: string, algorithm: SigningAlgorithm): Uint8Array =>
  sign(ALGORITHMS[algorithm][1], bytes, {
    key,
    ...(algorithm.startsWith('es') && { dsaEncoding: 'ieee-p1363' }),
    ...(algorithm === 'ps256' && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  });
