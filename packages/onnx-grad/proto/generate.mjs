// Generates ../src/onnx/onnx_pb.ts from onnx.proto (the ONNX project's own file, Apache-2.0).
// Run by hand when onnx.proto changes; neither tool is a dependency of this package:
//   npm i -g @bufbuild/protoc-gen-es@2.17.0      and protoc (Debian: protobuf-compiler)
//   protoc --es_out=. --es_opt=target=ts onnx.proto && node generate.mjs onnx_pb.ts
// TypeScript enums are rewritten as constant objects, since Node runs our sources by stripping types only.
import { readFileSync, writeFileSync } from 'node:fs';

const constantObject = (_match, name, body) =>
  `export const ${name} = {${body.replace(/^(\s*)(\w+) = (-?\d+),$/gm, '$1$2: $3,')}\n} as const;\n` +
  `export type ${name} = (typeof ${name})[keyof typeof ${name}];`;

const generated = readFileSync(process.argv[2], 'utf8');
writeFileSync(
  new URL('../src/onnx/onnx_pb.ts', import.meta.url),
  generated.replace(/export enum (\w+) \{([\s\S]*?)\n\}/g, constantObject),
);
