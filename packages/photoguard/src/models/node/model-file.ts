// Files of a model, which are not trusted: only regular files are read (a pipe would hang forever), and files that a
// model refers to must be in its folder.
import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type Graph, isInline } from 'onnx-grad';
import { type ErrorCode, PhotoGuardError } from '../../errors.ts';
import type { OnnxFile } from '../onnx-file.ts';

/**
 * All bytes of a regular file.
 * @throws PhotoGuardError of the given code if it does not exist, is not a regular file, or cannot be read
 */
export async function readModelFile(path: string, code: ErrorCode): Promise<Buffer> {
  await regularFile(path, code);
  return readFile(path).catch((cause: unknown) => unreadable(path, code, cause));
}

/**
 * An ONNX model in a file, with its external data next to it.
 * @throws PhotoGuardError of the given code for a file that is missing or cannot be read
 */
export async function readOnnxFile(path: string, code: ErrorCode = 'checkpoint'): Promise<OnnxFile> {
  return { label: path, bytes: await readModelFile(path, code), locate: (graph) => withDataBeside(graph, path) };
}

/**
 * A graph that was read from an ONNX file, with absolute paths of its external data, which are not read.
 * @throws PhotoGuardError `checkpoint` for data that are missing, no regular file, or outside the file's folder, also
 *   through a symbolic link (links to blobs in the hub's cache are followed)
 */
export async function withDataBeside(graph: Graph, onnxFile: string): Promise<Graph> {
  const folder = dirname(resolve(onnxFile));
  const places = new Map<string, string>();
  const initializers = new Map(graph.initializers);
  for (const [value, tensor] of initializers) {
    if (isInline(tensor)) continue;
    const place = places.get(tensor.file) ?? (await findExternalFile(tensor.file, folder, onnxFile));
    places.set(tensor.file, place);
    initializers.set(value, { ...tensor, file: place });
  }
  return { ...graph, initializers };
}

async function findExternalFile(location: string, folder: string, onnxFile: string): Promise<string> {
  const path = resolve(folder, location);
  await regularFile(path, 'checkpoint');
  const [real, home] = await Promise.all([realpath(path), realpath(folder)]);
  const cached = /^(.*[/\\]models--[^/\\]+)[/\\]snapshots[/\\]/.exec(`${home}${sep}`)?.[1];
  const allowed = [home, ...(cached === undefined ? [] : [join(cached, 'blobs')])];
  if (
    !path.startsWith(folder + sep) ||
    !allowed.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep))
  )
    throw new PhotoGuardError('checkpoint', `${onnxFile}: its data are outside its folder`, {
      got: location,
      hint: 'put the file itself beside the model',
    });
  return path;
}

/** The system's information on a regular file. @throws PhotoGuardError of the given code if there is none */
export async function regularFile(path: string, code: ErrorCode): Promise<Stats> {
  const status = await stat(path).catch((cause: unknown) => unreadable(path, code, cause));
  if (status.isFile()) return status;
  const got = status.isDirectory() ? 'a folder' : status.isFIFO() ? 'a pipe' : 'a device or socket';
  throw new PhotoGuardError(code, `${path}: not a regular file`, { got });
}

/** @throws PhotoGuardError of the given code: why a file could not be read */
export function unreadable(path: string, code: ErrorCode, cause: unknown): never {
  const reason = (cause as NodeJS.ErrnoException).code;
  if (reason === 'ENOENT' || reason === 'ENOTDIR')
    throw new PhotoGuardError(code, `${path}: there is no such file`, { cause });
  throw new PhotoGuardError(code, `${path}: the file cannot be read`, { ...(reason && { got: reason }), cause });
}
