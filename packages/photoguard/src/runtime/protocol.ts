// The messages between a runtime and the process or worker that holds its sessions. Each request has one reply.
import type { Device, Port, Tensors } from './types.ts';

/** A file of weights that a model refers to, for builds without a file system: its bytes, or in Node its path. */
export interface WeightFile {
  readonly path: string;
  readonly data: Blob | Uint8Array | string;
}

/** An input or output of a program that is bound to a resident tensor: float32, kept by the host, initially zeros. */
export interface ResidentPort extends Port {
  readonly output: boolean;
  /** The tensor's name, unique in the host. */
  readonly tensor: string;
}

/** Requests to a host. */
export type Request =
  | {
      readonly type: 'load';
      readonly model: Uint8Array;
      readonly device: Exclude<Device, 'auto'>;
      readonly threads: number;
      readonly plainConvolutions?: boolean;
      /** Folder that locations of weights are relative to (for a host with a file system). */
      readonly root?: string;
      readonly files?: readonly WeightFile[];
      /** Every operator must run on the device itself. */
      readonly strict?: boolean;
      /** See `WebRuntimeOptions`. */
      readonly spinning?: boolean;
      readonly residents?: readonly ResidentPort[];
    }
  | { readonly type: 'run'; readonly program: number; readonly feeds: Tensors; readonly ports: readonly Port[] }
  | { readonly type: 'write'; readonly tensors: Tensors }
  | { readonly type: 'read'; readonly names: readonly string[] }
  | { readonly type: 'release'; readonly program: number }
  | { readonly type: 'peak' };

/** Replies of a host. */
export type Answer =
  | { readonly program: number }
  | { readonly results: Tensors }
  | { readonly bytes: number | undefined }
  | Record<string, never>;

/** A request with its number. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

/** The reply to the request of that number. */
export interface Reply {
  readonly id: number;
  readonly answer?: Answer;
  /** The error message. */
  readonly error?: string;
}
