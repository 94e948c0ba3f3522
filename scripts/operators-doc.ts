// Writes docs/operators.md, the table of the operators that onnx-grad knows.
import { renameSync, writeFileSync } from 'node:fs';
import { operatorsDocument } from '../packages/onnx-grad/src/testing/operators-table.ts';

const path = new URL('../docs/operators.md', import.meta.url).pathname;
writeFileSync(`${path}.new`, operatorsDocument());
renameSync(`${path}.new`, path);
console.log('docs/operators.md written');
