// An ONNX model of somebody else's, once its bytes are there. Where they came from is for others to know: a file
// (node/model-file.ts), or a Blob of a page.
import { type Graph, GraphError, type ImportOptions, importOnnx } from 'onnx-grad';
import { type ErrorCode, PhotoGuardError } from '../errors.ts';

/** The bytes of an ONNX model. */
export interface OnnxFile {
  /** What people call it in messages: a path, or the name of a File. */
  readonly label: string;
  readonly bytes: Uint8Array;
  /**
   * The graph with external data by the names that the runtime knows them by; nothing is read. Default: by the names in
   * the file, which a page gives the bytes for (`weights` of its runtime).
   * @throws PhotoGuardError `checkpoint` for data that are missing or must not be read
   */
  readonly locate?: (graph: Graph) => Promise<Graph>;
}

/**
 * The graph of an ONNX model.
 * @throws PhotoGuardError of the given code for bytes that are no ONNX model or that hold what is not supported; its cause
 *   says more. Those of `locate`
 */
export async function readOnnxGraph(file: OnnxFile, code: ErrorCode, options?: ImportOptions): Promise<Graph> {
  let graph: Graph;
  try {
    graph = importOnnx(file.bytes, options);
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    throw new PhotoGuardError(code, `${file.label}: ${cause.message}`, { cause });
  }
  return file.locate ? file.locate(graph) : graph;
}
