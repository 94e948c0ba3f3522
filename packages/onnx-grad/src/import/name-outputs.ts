// Gives each output's value the output's name, and renames any other value with that name, so that a graph derived
// later (a gradient) does not generate the name of an output.
import type { Graph, Node, Output, Value } from '../graph/graph.ts';
import { findProducers } from '../graph/graph.ts';

/**
 * The same graph, its values named after its outputs. An output that is not a node's result becomes that of an
 * Identity.
 */
export function namedOutputs(graph: Graph): Graph {
  const made = findProducers(graph);
  const nodes: Node[] = [...graph.nodes];
  const taken = new Set([...graph.inputs, ...graph.initializers.keys(), ...made.keys()].map((value) => value.name));
  const named = new Map<Value, string>();
  const outputs: Output[] = graph.outputs.map(({ name, value }) => {
    if (made.has(value) && !named.has(value)) {
      named.set(value, name);
      return { name, value };
    }
    const copy: Value = { ...value, name };
    named.set(copy, name);
    nodes.push({
      op: 'Identity',
      domain: '',
      name: `identity.${name}`,
      inputs: [value],
      outputs: [copy],
      attributes: {},
    });
    return { name, value: copy };
  });
  const names = new Set(graph.outputs.map((output) => output.name));
  const renamed = new Map<Value, Value>();
  const rename = (value: Value): Value => {
    const known = renamed.get(value);
    if (known) return known;
    let name = named.get(value) ?? value.name;
    if (!named.has(value) && names.has(name)) {
      while (taken.has(name) || names.has(name)) name = `${name}_`;
      taken.add(name);
    }
    const fresh = name === value.name ? value : { ...value, name };
    renamed.set(value, fresh);
    return fresh;
  };
  return {
    ...graph,
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((value) => value && rename(value)),
      outputs: node.outputs.map(rename),
    })),
    outputs: outputs.map(({ name, value }) => ({ name, value: rename(value) })),
    initializers: new Map([...graph.initializers].map(([value, source]) => [rename(value), source])),
  };
}
