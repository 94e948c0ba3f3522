// A process that looks up in an index of its own: a line on standard input, any, fills it; each later one is for how many
// seconds it is to look up.
import { createInterface } from 'node:readline';
import { filledIndex, lookUpsFor, randomBytes } from './hashes.ts';

const [size, seed] = process.argv.slice(2).map(Number) as [number, number];
const LOOKUPS = 2000;
/** Look-ups between two looks at the clock. */
const BETWEEN = 20;

const enrolled: Uint8Array[] = [];
const every = Math.max(1, Math.floor(size / (LOOKUPS / 2)));
const index = filledIndex(size, (hash, i) => {
  if (i % every === 0) enrolled.push(hash.slice());
});
const queries = lookUpsFor(enrolled, randomBytes(seed));
for (const query of queries.slice(0, 200)) index.find(query);

let filled = false;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(filled ? lookUp(Number(line)) : { filled: size }));
  filled = true;
}

function lookUp(seconds: number) {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let [lookUps, missed] = [0, 0];
  while (lookUps % BETWEEN !== 0 || performance.now() - began < 1000 * seconds) {
    const which = lookUps++ % queries.length;
    const found = index.find(queries[which]!).length;
    if (which % 2 === 0 && found === 0) missed++; // those are enrolled, the others are not
  }
  const { user, system } = process.cpuUsage(cpu);
  return { lookUps, missed, seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
}
