// The processor's time of this process, for promises about how long something takes: what else runs on the machine does not count.

/** Milliseconds so far, of all threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
