// The photoguard command as a process: the program, its signals, and what becomes of its output.
// 0: all done; 1: a photo or model failed, or output was lost; 2: the command line was wrong; 130: stopped with Ctrl-C.
import { setImmediate } from 'node:timers/promises';
import { interrupts, printError, watchOutput } from '#terminal';
import { JsonReport } from './json-report.ts';
import { runProgram } from './program.ts';

const lostOutput = watchOutput();
const { signal, dispose } = interrupts();
const report = new JsonReport();
// A second Ctrl-C ends the process at once.
process.on('exit', () => report.print(true));

try {
  await runProgram(process.argv.slice(2), { signal, report });
} finally {
  dispose();
}
await setImmediate(); // write errors arrive a moment later
if (lostOutput() !== undefined) {
  process.exitCode ||= 1;
  printError(`photoguard: ${lostOutput()}`);
}
