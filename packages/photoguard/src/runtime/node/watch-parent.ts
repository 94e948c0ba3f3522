// A thread of the host process that ends it once its parent is gone, even during a run.
import { workerData } from 'node:worker_threads';

/** How often it checks, in milliseconds: the host outlives its parent by at most this long. */
const INTERVAL = 500;

const parent = workerData as number;

// A parent's end gives its children to another process; Windows leaves their parent's id as it was.
function isGone(): boolean {
  if (process.platform !== 'win32') return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}

setInterval(() => {
  if (isGone()) process.kill(process.pid, 'SIGKILL');
}, INTERVAL);
