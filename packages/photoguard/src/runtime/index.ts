/*
 * The runtime room: programs as the rest of the library sees them, whichever build of ONNX Runtime runs them. To open a
 * runtime, use `photoguard/runtime/node` in Node and `photoguard/runtime/web` in a page.
 */
export { ProgramStore } from './program-store.ts';
export type {
  Device,
  Lease,
  LeaseOptions,
  LoadOptions,
  Port,
  Program,
  Programs,
  Runtime,
  RuntimeOptions,
  Tensors,
} from './types.ts';
export { EXCHANGED_BYTES, PROCESS_BYTES } from './types.ts';
