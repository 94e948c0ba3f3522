// What a process must have in its environment before ONNX Runtime's native library is loaded into it.

/**
 * ONNX Runtime for Node reports to its maker on every run unless it is told not to: it writes a device id and a database
 * of events below the user's cache folder, and looks up the host that they are for (docs/privacy.md). This tells it not
 * to. Whatever hosts sessions needs it: our own host process, and tests that open sessions themselves.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;

/**
 * glibc raises the size from which blocks are returned to the system each time a large one is freed; after loading a
 * model it then keeps half a gigabyte for nothing. A fixed threshold turns that off. Other systems ignore it.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' } as const;

/** The environment of the process that hosts sessions, beside what it inherits. */
export const HOST_ENVIRONMENT: Readonly<Record<string, string>> = { ...NO_TELEMETRY, ...ALLOCATOR };
