// Part of the build: copies the wasm build of ONNX Runtime for Node into the package photoguard, where the native one may
// be missing. It is 14 of the 139 MB of onnxruntime-web, which only browsers need as a whole.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = ['ort.node.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

const from = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
const to = fileURLToPath(new URL('../packages/photoguard/dist/onnxruntime-wasm', import.meta.url));
const { version } = JSON.parse(readFileSync(join(from, '../package.json'), 'utf8')) as { version: string };

mkdirSync(to, { recursive: true });
for (const file of FILES) {
  // A reference to a source map that is not copied would dangle.
  if (file.endsWith('.mjs'))
    writeFileSync(
      join(to, file),
      readFileSync(join(from, file), 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'),
    );
  else copyFileSync(join(from, file), join(to, file));
}
writeFileSync(
  join(to, 'README.md'),
  `# ONNX Runtime Web ${version}, the wasm build\n\nCopyright (c) Microsoft Corporation, MIT licence: three files of the npm package onnxruntime-web ${version}, unchanged but for the\nreference to source maps. https://github.com/microsoft/onnxruntime\n`,
);
