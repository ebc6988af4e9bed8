import { UsageError } from '../../core/errors.ts';
import { type Hdf5Reader, openHdf5 } from './hdf5.ts';

/** A layer's variables in the order of their numbers. */
export interface Variables {
  readonly count: number;
  shape(index: number): readonly number[];
  /** @throws UsageError for numbers that are not finite in single precision */
  values(index: number): Float32Array | Float64Array;
}

/** The variables of a model by its layers. */
export interface WeightsFile {
  /**
   * The variables of a layer.
   * @param group such as `layers/dense_1`
   * @param name of the layer, for messages
   * @throws UsageError where there are none
   */
  variables(group: string, name: string): Variables;
}

/** Opens `model.weights.h5`. @throws UsageError for a file that is no HDF5 as Keras writes it */
export function openWeights(bytes: Uint8Array): WeightsFile {
  const file = openHdf5(bytes);
  return { variables: (group, name) => variablesOf(file, `${group}/vars`, name) };
}

function variablesOf(file: Hdf5Reader, group: string, name: string): Variables {
  const found = file.find(group);
  if (found?.kind !== 'group') {
    throw new UsageError(`the weights must have a group ${group} for layer ${name}, got none`);
  }
  const dataset = (index: number) => {
    const item = file.find(`${group}/${index}`);
    if (item?.kind === 'dataset') return item;
    throw new UsageError(`${group} must have a variable ${index}, got none`);
  };
  return {
    count: found.names.length,
    shape: (index) => dataset(index).shape,
    values: (index) => finite(`${group}/${index}`, dataset(index).values()),
  };
}

function finite<T extends Float32Array | Float64Array>(path: string, values: T): T {
  const wrong = values.findIndex((number) => !Number.isFinite(Math.fround(number)));
  if (wrong < 0) return values;
  throw new UsageError(`${path} must hold finite numbers in single precision, got ${values[wrong]}`);
}
