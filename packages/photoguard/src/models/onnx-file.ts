// An ONNX model from outside, given its bytes. They may come from a file (node/model-file.ts) or from a Blob of a page.
import { type Graph, GraphError, type ImportOptions, importOnnx } from 'onnx-grad';
import { type ErrorCode, PhotoGuardError } from '../errors.ts';

/** The bytes of an ONNX model. */
export interface OnnxFile {
  /** Its name in messages: a path, or the name of a File. */
  readonly label: string;
  readonly bytes: Uint8Array;
  /**
   * Renames the graph's external data to the names that the runtime uses; nothing is read. Default: the names in the
   * file, for which a page supplies the bytes (`weights` of its runtime).
   * @throws PhotoGuardError `checkpoint` for data that are missing or must not be read
   */
  readonly locate?: (graph: Graph) => Promise<Graph>;
}

/**
 * The graph of an ONNX model.
 * @throws PhotoGuardError of the given code if the bytes are not an ONNX model or contain something unsupported (the
 *   cause says more), and those of `locate`
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
