/** Standard deviation of each channel of latents [size, channels, ...]. */
export function channelDeviations(latents: Float32Array, size: number, channels: number): number[] {
  const area = latents.length / size / channels;
  return Array.from({ length: channels }, (_, c) => {
    let [sum, squares] = [0, 0];
    for (let n = 0; n < size; n++)
      for (let i = 0; i < area; i++) {
        const value = latents[(n * channels + c) * area + i]!;
        sum += value;
        squares += value * value;
      }
    const count = size * area;
    return Math.sqrt(squares / count - (sum / count) ** 2);
  });
}
