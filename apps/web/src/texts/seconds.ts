/** A duration as people say it, rounded as much as an estimate deserves: `12 s`, `3 min`, `1 h 20 min`. */
export function seconds(value: number, language: string): string {
  const number = (n: number): string => n.toLocaleString(language);
  if (value < 10) return `${number(Math.max(1, Math.round(value)))} s`;
  if (value < 90) return `${number(Math.round(value / 5) * 5)} s`;
  const minutes = Math.round(value / 60);
  return minutes < 60 ? `${number(minutes)} min` : `${number(Math.floor(minutes / 60))} h ${number(minutes % 60)} min`;
}
