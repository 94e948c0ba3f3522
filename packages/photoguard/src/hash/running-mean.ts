// The running mean that PDQ blurs with, in float32 and in the reference's order of additions, so that bits near the
// threshold come out the same. The window is cut at the borders; an even one leans right and down.
const { fround } = Math;

/** Width of the window for a side of a picture. */
export const windowOf = (side: number): number => Math.floor((side + 127) / 128);

/** How far the right end of the window is ahead of its middle, and for how long it only grows or shrinks. */
const ahead = (window: number): number => Math.floor((window + 2) / 2) - 1;

/** The running mean of each row. Both arrays are [height, width]. */
export function meanAlongRows(from: Float32Array, to: Float32Array, [height, width]: readonly [number, number]): void {
  const window = windowOf(width);
  const lead = ahead(window);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    let sum = 0;
    let count = 0;
    for (let right = 0; right < width + lead; right++) {
      if (right < width) {
        sum = fround(sum + from[start + right]!);
        count++;
      }
      if (right >= window) {
        sum = fround(sum - from[start + right - window]!);
        count--;
      }
      if (right >= lead) to[start + right - lead] = sum / count;
    }
  }
}

/** The running mean of each column; all columns at a time, which is how they lie in memory. */
export function meanAlongColumns(
  from: Float32Array,
  to: Float32Array,
  [height, width]: readonly [number, number],
): void {
  const window = windowOf(height);
  const lead = ahead(window);
  const sums = new Float32Array(width);
  let count = 0;
  for (let below = 0; below < height + lead; below++) {
    if (below < height) {
      const row = from.subarray(below * width, (below + 1) * width);
      for (let x = 0; x < width; x++) sums[x]! += row[x]!;
      count++;
    }
    if (below >= window) {
      const row = from.subarray((below - window) * width, (below - window + 1) * width);
      for (let x = 0; x < width; x++) sums[x]! -= row[x]!;
      count--;
    }
    if (below < lead) continue;
    const row = to.subarray((below - lead) * width, (below - lead + 1) * width);
    for (let x = 0; x < width; x++) row[x] = sums[x]! / count;
  }
}
