// What a photo's credential comes to: one status, who signed it, and what it says.

/**
 * - `none`: the photo has no credential
 * - `trusted`: it is whole, and its signer's certificate leads to one of the given anchors
 * - `other-signer`: it is whole, but its signer's certificate leads to none of the given anchors
 * - `untrusted`: it is whole; no anchors were given, so who signed it is only claimed
 * - `self-made`: it is whole, by a certificate that PhotoGuard made for trying out; anybody can make one
 * - `tampered`: photo or credential were changed after it was signed
 * - `invalid`: it cannot be read, or its certificate is expired, revoked or not one for signing
 */
export type CredentialStatus = 'none' | 'trusted' | 'other-signer' | 'untrusted' | 'self-made' | 'tampered' | 'invalid';

/** What a credential says one may do: by names such as `ai_inference`, without the prefix of the standard. */
export type Uses = Readonly<Record<string, 'allowed' | 'notAllowed' | 'constrained'>>;

/** The credential of a photo. */
export interface Credential {
  readonly status: CredentialStatus;
  /** The name of its manifest: `urn:c2pa:` and a UUID. */
  readonly id?: string;
  /** The name in the signer's certificate. */
  readonly signer?: string;
  /** The program that made it, by its own account. */
  readonly program?: string;
  /** What its training-and-data-mining assertion says. */
  readonly uses?: Uses;
  /** PDQ of the photo when it was signed: 64 hexadecimal digits. */
  readonly pdq?: string;
  /** C2PA's codes of what is wrong: `assertion.dataHash.mismatch`. */
  readonly problems: readonly string[];
}

const MEANING: Readonly<Record<CredentialStatus, string>> = {
  none: 'the photo has none',
  trusted: 'whole, by a trusted signer',
  'other-signer': 'whole, but by another signer than those trusted',
  untrusted: 'whole; its signer is only claimed (--trust checks it)',
  'self-made': 'whole, but self-made for trying out: anybody can make one',
  tampered: 'tampered: photo or credential were changed after it was signed',
  invalid: 'invalid',
};

/** One line for people. */
export function describeCredential({ status, signer, uses, problems }: Credential): string {
  const forbidden = Object.entries(uses ?? {}).flatMap(([use, says]) => (says === 'notAllowed' ? [use] : []));
  return [
    MEANING[status],
    ...(signer === undefined ? [] : [`signed by ${signer}`]),
    ...(forbidden.length > 0 ? [`not allowed: ${forbidden.join(', ')}`] : []),
    ...(problems.length > 0 ? [problems.join(', ')] : []),
  ].join('; ');
}
