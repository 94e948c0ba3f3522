// What a foreign model asks for, before its dynamic axes are bound: the names to give importOnnx shapes by.
import { asGraphError, parseModel } from '../onnx/parse.ts';

/** An input of a model in a file. */
export interface ModelInput {
  readonly name: string;
  /** Sizes of its axes: a name (or '') where an axis is dynamic; undefined where the model does not say how many. */
  readonly dims?: readonly (number | string)[];
}

/** The inputs of an ONNX model, without the initializers that old files list among them. @throws GraphError `format` */
export function onnxInputs(bytes: Uint8Array): ModelInput[] {
  return asGraphError('onnxInputs', () => {
    const { graph } = parseModel(bytes);
    const initialized = new Set(graph.initializer.map(({ name }) => name));
    return graph.input
      .filter(({ name }) => !initialized.has(name))
      .map(({ name, type }) => {
        const shape = type?.value.case === 'tensorType' ? type.value.value.shape : undefined;
        const dims = shape?.dim.map(({ value }) => {
          if (value.case === 'dimValue') return Number(value.value);
          return value.case === 'dimParam' ? value.value : '';
        });
        return { name, dims };
      });
  });
}
