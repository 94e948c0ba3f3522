// npm run check, after the compiler and Biome: the project's own rules. Prints violations and exits with 1.
import { fileURLToPath } from 'node:url';
import { circleProblems } from './check-circles.ts';
import { dependencyProblems } from './check-dependencies.ts';
import { docblockProblems } from './check-docblocks.ts';
import { hygieneProblems } from './check-hygiene.ts';
import { printProblems } from './check-prints.ts';
import { roomProblems } from './check-rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = [
  ...roomProblems(root),
  ...circleProblems(root),
  ...docblockProblems(root),
  ...hygieneProblems(root),
  ...dependencyProblems(root),
  ...printProblems(root),
];
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'check: rooms, circles, docblocks, hygiene, dependencies and prints are in order'
    : `check: ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
