// The inputs of a foreign model before its dynamic axes are bound, with the names for importOnnx's shapes.
import { asGraphError, parseModel } from '../onnx/parse.ts';

/** An input of a model in a file. */
export interface ModelInput {
  readonly name: string;
  /** Sizes of its axes: a name (or '') for a dynamic axis; undefined if the model does not state the rank. */
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
