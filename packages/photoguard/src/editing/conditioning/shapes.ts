/** Shapes of inputs of a graph, by name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;
