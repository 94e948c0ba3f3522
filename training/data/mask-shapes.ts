// Shapes of masks, as functions that test a point. The picture is the square from (0, 0) to (1, 1).

/** Whether a point is in a shape. */
export type Inside = (x: number, y: number) => boolean;

/** A box by its upper left corner. */
export const box =
  (left: number, top: number, width: number, height: number): Inside =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height;

/** A brush stroke from point to point, round at its ends. */
export function stroke(points: readonly (readonly [number, number])[], width: number): Inside {
  const reach = (width / 2) ** 2;
  return (x, y) =>
    points.some((to, i) => {
      const from = points[Math.max(i - 1, 0)]!;
      return distance2([x, y], from, to) <= reach;
    });
}

/** An ellipse whose radius oscillates by the share `swing`, `turns` times around. */
export interface Blob {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
  readonly swing: number;
  readonly turns: number;
  readonly phase: number;
}

/** A blob. */
export const blob =
  ({ x, y, across, down, swing, turns, phase }: Blob): Inside =>
  (px, py) => {
    const [dx, dy] = [(px - x) / across, (py - y) / down];
    return Math.hypot(dx, dy) <= 1 + swing * Math.sin(turns * Math.atan2(dy, dx) + phase);
  };

type Point = readonly [number, number];

/** Square of the distance from a point to a line between two others. */
function distance2([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length2, 0), 1);
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
}
