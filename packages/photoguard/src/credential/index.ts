/*
 * The credential room: C2PA content credentials of a photo, which say who changed it and that it is not to be edited, mined
 * or trained on. Signs them into PNG, JPEG and WebP with an operator's certificate, or with a self-made one for trying out,
 * and reads those of any signer (decision 0019).
 */
export { type Credential, type CredentialStatus, describeCredential } from './credential.ts';
export { type CredentialReader, openCredentials, type SignedContent } from './credentials.ts';
export { findSigner, readTrust, SELF_MADE } from './find-signer.ts';
export { hasCredential } from './has-credential.ts';
export { readManifestStore } from './manifest-store.ts';
export type { Signer } from './signer.ts';
export { SOFT_BINDING } from './statement.ts';
