// Environment variables that a process needs before it loads ONNX Runtime's native library.

/**
 * By default ONNX Runtime for Node reports to Microsoft on every run: it writes a device id and a database of events
 * below the user's cache folder, and looks up the host that receives them (docs/privacy.md). This turns it off. Every
 * process with sessions needs it: the host process, and tests that open sessions themselves.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;

/**
 * Each time a large block is freed, glibc raises the size from which blocks are returned to the system; after a model
 * is loaded it then keeps half a gigabyte for nothing. A fixed threshold prevents that. Other systems ignore it.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' } as const;

/** Environment variables of the host process, in addition to those it inherits. */
export const HOST_ENVIRONMENT: Readonly<Record<string, string>> = { ...NO_TELEMETRY, ...ALLOCATOR };
