import { littleEndian } from '../core/bytes.ts';
import { shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { preprocessingFromJson } from '../data/table/preprocessing-json.ts';
import { lossFromJson, networkFromJson } from '../model/json.ts';
import { checkLossFits } from '../model/losses.ts';
import { countWeights, type Network } from '../model/network.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { historyFromJson, originFromJson } from './origin-json.ts';
import { readSafetensors } from './safetensors/read.ts';
import type { Safetensors, Tensor } from './safetensors/types.ts';
import { writeSafetensors } from './safetensors/write.ts';
import type { SavedModel } from './saved-model.ts';

/** It grows when a field of the metadata changes its meaning. */
const schemaVersion = '1';

/** The metadata's key that says that a safetensors file is a model of Shoal. */
const versionKey = 'shoal_model';

/**
 * A model as the bytes of a safetensors file: `layers.0.kernel` (inputs x units) and `layers.0.bias` of each layer as
 * F32; in the metadata JSON texts of what else a prediction from raw rows needs, and of where the model came from.
 */
export function writeModel({ model, origin }: SavedModel): Uint8Array {
  const { network, loss, weights, history, preprocessing } = model;
  const parts = { network, loss, ...(preprocessing && { preprocessing }), history, origin };
  const texts = Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part)]);
  return writeSafetensors({
    tensors: new Map(
      tensorShapes(network).map(({ name, shape, start, end }) => [
        name,
        { dtype: 'F32', shape, bytes: littleEndian(weights.subarray(start, end)) },
      ]),
    ),
    metadata: { [versionKey]: schemaVersion, ...Object.fromEntries(texts) },
  });
}

/**
 * A model from the bytes of its file.
 * @throws UsageError that names what is missing, unknown or does not fit together
 */
export function readModel(bytes: Uint8Array): SavedModel {
  const file = readSafetensors(bytes);
  const { [versionKey]: version } = file.metadata;
  if (version !== schemaVersion) {
    throw new UsageError(
      version === undefined
        ? `a model file must have ${versionKey} in its metadata, got a safetensors file of something else`
        : `${versionKey} must be ${schemaVersion}, got ${shown(version)}; use a newer Shoal`,
    );
  }
  const network = networkFromJson(part(file, 'network'));
  const loss = lossFromJson(part(file, 'loss'));
  checkLossFits(network, loss);
  const weights = readWeights(file, network);
  const preprocessing = 'preprocessing' in file.metadata ? preprocessingOf(file, network) : undefined;
  const history = historyFromJson(part(file, 'history'));
  return {
    model: { network, loss, weights, history, ...(preprocessing && { preprocessing }) },
    origin: originFromJson(part(file, 'origin')),
  };
}

/** Name, shape and place among the weights of every tensor of a network. */
function tensorShapes({ layers }: Network) {
  let end = 0;
  const next = (name: string, shape: readonly number[]) => {
    const start = end;
    end += shape.reduce((product, length) => product * length, 1);
    return { name, shape, start, end };
  };
  return layers.flatMap(({ inputs, units, useBias }, layer) => [
    next(`layers.${layer}.kernel`, [inputs, units]),
    ...(useBias ? [next(`layers.${layer}.bias`, [units])] : []),
  ]);
}

function part({ metadata }: Safetensors, name: string): unknown {
  const text = metadata[name];
  if (text === undefined) throw new UsageError(`the metadata must have ${name}, got none`);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} in the metadata must be JSON, got ${shown(text)}`);
  }
}

function readWeights({ tensors }: Safetensors, network: Network): Float32Array {
  const shapes = tensorShapes(network);
  const other = [...tensors.keys()].find((name) => !shapes.some((shape) => shape.name === name));
  if (other !== undefined)
    throw new UsageError(`the network has no tensor ${shown(other)}, but the file has`);
  // Looked up before memory is taken for as many weights as the network claims to have.
  const found = shapes.map(({ name, shape }) => tensorOf(tensors, name, shape));
  const weights = new Float32Array(countWeights(network));
  let at = 0;
  for (const { bytes } of found) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let place = 0; place < bytes.length; place += 4) weights[at++] = view.getFloat32(place, true);
  }
  return weights;
}

function tensorOf(tensors: Safetensors['tensors'], name: string, shape: readonly number[]): Tensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new UsageError(`the network must have a tensor ${name}, got none`);
  if (tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join()) {
    throw new UsageError(`${name} must be F32 [${shape}], got ${tensor.dtype} [${tensor.shape}]`);
  }
  return tensor;
}

function preprocessingOf(file: Safetensors, network: Network): TrainedModel['preprocessing'] {
  const preprocessing = preprocessingFromJson(part(file, 'preprocessing'));
  const { preprocessor, target } = preprocessing;
  const features = preprocessor.featureNames.length;
  if (features !== network.inputs) {
    throw new UsageError(
      `the preprocessing must give the network's ${network.inputs} inputs, got ${features} features`,
    );
  }
  const outputs = target.task === 'multiclass' ? target.labels.length : 1;
  const units = network.layers.at(-1)?.units;
  if (outputs !== units) {
    throw new UsageError(`the network must have ${outputs} outputs for its target, got ${units}`);
  }
  return preprocessing;
}
