import { strToU8, type Zippable, zipSync } from 'fflate';
import type { KerasTraining } from './compile.ts';
import { type Hdf5Dataset, type Hdf5Group, hdf5File } from './hdf5.ts';
import { builtIn, type KerasLayer } from './layers.ts';

/** What a `.keras` archive is made of. */
export interface KerasArchive {
  readonly inputs: number;
  /** Precision of the rows that come in. */
  readonly inputType: 'float32' | 'float64';
  readonly layers: readonly KerasLayer[];
  readonly training: KerasTraining;
  /** What Keras does not look at: kept in `metadata.json` under the name `shoal`. */
  readonly notes: object;
}

/** The version of the format, which all of Keras 3 reads. */
const kerasVersion = '3.0.0';

/** The bytes of the archive; the same model gives the same bytes, whenever it is written. */
export function kerasArchive({ inputs, inputType, layers, training, notes }: KerasArchive): Uint8Array {
  const files: Zippable = {
    'metadata.json': json({ keras_version: kerasVersion, shoal: notes }),
    'config.json': json(modelConfig(inputs, inputType, layers, training.compileConfig)),
    'model.weights.h5': hdf5File(weightsFile(layers, training.optimizerVariables)),
  };
  // Stored, as Keras does; the earliest time that zip can tell.
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** Keras tells floats from whole numbers by how they are written, and refuses a learning rate of 1 in place of 1.0. */
const floatFields = new Set(['learning_rate', 'momentum']);

function json(value: object): Uint8Array {
  const marked = (key: string, field: unknown) =>
    floatFields.has(key) && Number.isInteger(field) ? `float:${field}` : field;
  return strToU8(JSON.stringify(value, marked, 2).replace(/"float:(\d+)"/g, '$1.0'));
}

function modelConfig(
  inputs: number,
  inputType: string,
  layers: readonly KerasLayer[],
  compileConfig: object,
): object {
  const shape = [null, inputs];
  const input = builtIn('keras.layers', 'InputLayer', {
    batch_shape: shape,
    dtype: inputType,
    name: 'features',
  });
  const stored = layers.map((layer) => ({
    ...builtIn('keras.layers', layer.className, layer.config),
    build_config: { input_shape: [null, layer.inputs] },
  }));
  const config = { name: 'shoal', dtype: 'float32', layers: [input, ...stored], build_input_shape: shape };
  return {
    ...builtIn('keras', 'Sequential', config),
    build_config: { input_shape: shape },
    compile_config: compileConfig,
  };
}

function weightsFile(layers: readonly KerasLayer[], optimizerVariables: readonly Hdf5Dataset[]): Hdf5Group {
  const counts = new Map<string, number>();
  const groups = layers.map(({ className, variables }): [string, Hdf5Group] => {
    const count = counts.get(className) ?? 0;
    counts.set(className, count + 1);
    return [storedName(className, count), variablesGroup(variables)];
  });
  return new Map([
    ...variablesGroup([]),
    ['layers', new Map(groups)],
    ['optimizer', variablesGroup(optimizerVariables)],
  ]);
}

function variablesGroup(variables: readonly Hdf5Dataset[]): Hdf5Group {
  return new Map([['vars', new Map(variables.map((variable, index) => [String(index), variable]))]]);
}

/** Where Keras keeps the variables of the layer of a class that comes after `before` others of it. */
export function storedName(className: string, before: number): string {
  const name = className.replace(/(.)([A-Z][a-z]+)/g, '$1_$2').replace(/([a-z])([A-Z])/g, '$1_$2');
  return before === 0 ? name.toLowerCase() : `${name.toLowerCase()}_${before}`;
}
