// Where a checkpoint's bytes come from. This file uses no file system, so it works in a browser: with a Blob or File
// that a person chose, or bytes in memory. Files on disk: file-source.ts.

/** Bytes that can be read in parts: a file, a Blob, an array. */
export interface ByteSource {
  /** Its name in messages, and the `file` of its tensors. */
  readonly label: string;
  readonly size: number;
  /** `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory. */
export const bytesSource = (label: string, bytes: Uint8Array): ByteSource => ({
  label,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** A Blob, or a File that a person chose in a browser; read in parts, never whole. */
export const blobSource = (label: string, blob: Blob): ByteSource => ({
  label,
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});
