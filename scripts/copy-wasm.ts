// Part of the build: copies the wasm build of ONNX Runtime for Node into the package photoguard, where the native one may
// be missing. It is 14 of the 139 MB of onnxruntime-web, which only browsers need as a whole.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = ['ort.node.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

const from = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const to = fileURLToPath(new URL('../packages/photoguard/dist/onnxruntime-wasm', import.meta.url));
const { version } = JSON.parse(readFileSync(join(from, '../package.json'), 'utf8')) as { version: string };

mkdirSync(to, { recursive: true });
for (const file of FILES) {
  const content = readFileSync(join(from, file));
  // A reference to a source map that is not copied would be broken.
  const isCode = file.endsWith('.mjs');
  keep(
    file,
    isCode ? Buffer.from(content.toString('utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n')) : content,
  );
}
keep(
  'README.md',
  Buffer.from(`# ONNX Runtime Web ${version}, the wasm build

Copyright (c) Microsoft Corporation, MIT licence: three files of the npm package onnxruntime-web ${version}, unchanged but for the
reference to source maps. https://github.com/microsoft/onnxruntime
`),
);

// Existing files are not touched: they may be in use.
function keep(file: string, content: Buffer): void {
  const path = join(to, file);
  if (!existsSync(path) || !readFileSync(path).equals(content)) writeFileSync(path, content);
}
