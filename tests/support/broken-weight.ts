// Damage for tests: one element of a weight becomes NaN.
import { readFileSync, writeFileSync } from 'node:fs';

/** Writes NaN into the first element of a float16 or float32 tensor of a .safetensors file. @throws Error for another type */
export function withBrokenWeight(file: string, name: string): void {
  const bytes = readFileSync(file);
  const header = Number(bytes.readBigUInt64LE(0));
  const entries = JSON.parse(bytes.toString('utf8', 8, 8 + header)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const { dtype, data_offsets } = entries[name]!;
  const at = 8 + header + data_offsets[0];
  if (dtype === 'F16') bytes.writeUInt16LE(0x7e00, at);
  else if (dtype === 'F32') bytes.writeFloatLE(Number.NaN, at);
  else throw new Error(`${name} is ${dtype}`);
  writeFileSync(file, bytes);
}
