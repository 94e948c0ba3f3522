// Whether a file may have a C2PA credential, without loading what reads one.

/** False for files that certainly have none: the boxes that a credential consists of name their type. */
export const hasCredential = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('jumb');
