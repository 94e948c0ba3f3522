// The median by selection: sorting a plane would take longer than transforming it.

/** The value of rank floor((count - 1) / 2), `torch.median`'s choice of the two middle ones. Reorders `values`. */
export function lowerMedian(values: Float64Array): number {
  const rank = (values.length - 1) >> 1;
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = pickMiddle(values[left]!, values[(left + right) >> 1]!, values[right]!);
    let [i, j] = [left, right];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else break;
  }
  return values[rank]!;
}

const pickMiddle = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
