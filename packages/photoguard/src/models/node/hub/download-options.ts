// Options of a download, its progress, and the files that it writes.
import type { HubEnvironment } from './environment.ts';
import type { Patience } from './fetch.ts';
import type { Expected } from './hash.ts';

/** Progress of a download. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes so far, including those of an earlier attempt. */
  readonly received: number;
  readonly total: number;
}

/** The part of a file handle that a download uses; tests simulate a full disk with it. */
export interface Sink {
  /** Appends all of the bytes. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** Flushes to disk. */
  sync(): Promise<void>;
  /** Closes the file; also called after an error. */
  close(): Promise<void>;
}

/** What a download needs. */
export interface DownloadOptions {
  readonly url: string;
  /** For messages. */
  readonly file: string;
  /** The path of the finished file. */
  readonly target: string;
  readonly expected: Expected;
  readonly hub: HubEnvironment;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
  /** Opens a file to append to. */
  readonly openSink?: (path: string) => Promise<Sink>;
}
