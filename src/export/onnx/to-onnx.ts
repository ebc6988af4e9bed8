import { version } from '../../core/version.ts';
import { outputNetwork } from '../../train/trained-model.ts';
import { type Description, descriptionOf } from '../description.ts';
import { outputsOf } from '../outputs.ts';
import type { SavedModel } from '../saved-model.ts';
import { GraphBuilder, mlDomain } from './graph.ts';
import { type Graph, modelMessage } from './messages.ts';
import { addNetwork } from './network.ts';
import { addFeatureInput, addPreprocessing } from './preprocessing.ts';
import { addResults, resultValues } from './results.ts';

/**
 * The lowest versions of the operators that have what is needed, so that the most runtimes can read the files:
 * ArgMax promises the first of several maxima since ai.onnx 12, LabelEncoder takes lists of keys and values since
 * ai.onnx.ml 2. The format of ONNX 1.7, which brought both together, is version 7.
 */
const opset = 12;
const mlOpset = 2;
const irVersion = 7;

/**
 * A model as an ONNX file: raw cells in, label and probabilities (or values) out. The same model gives the same
 * bytes.
 *
 * Inputs: without preprocessing `features` (float, rows x features); with it `features` (double, rows x columns)
 * where all columns are numeric, otherwise an input for each column, by its name: rows x 1, double or string. A
 * missing cell is NaN or the empty string; it is filled in where the model was trained to. Outputs: `label` (int64
 * where all labels are whole numbers, else string) and `probabilities` (float, rows x classes), or `value` (float,
 * rows x outputs).
 *
 * @throws UsageError when the labels of the target do not fit the network's outputs
 */
export function toOnnx(saved: SavedModel): Uint8Array {
  const graph = graphOf(saved);
  const usesMl = graph.nodes.some(({ domain }) => domain === mlDomain);
  const description = descriptionOf(saved);
  return modelMessage({
    irVersion,
    producer: { name: 'shoal', version },
    doc: docOf(description),
    graph,
    opsets: { '': opset, ...(usesMl && { [mlDomain]: mlOpset }) },
    metadata: metadataOf(description),
  });
}

function graphOf({ model }: SavedModel): Graph {
  const network = outputNetwork(model);
  const units = network.layers.at(-1)?.units ?? 0;
  const meaning = outputsOf(model);
  const graph = new GraphBuilder(resultValues(units, meaning));
  const features = model.preprocessing
    ? addPreprocessing(graph, model.preprocessing.preprocessor.toJSON())
    : addFeatureInput(graph, network.inputs);
  addResults(graph, addNetwork(graph, features, network, model.weights), units, meaning);
  return graph.finish('shoal');
}

function docOf({ task, target, createdBy }: Description): string {
  const what = target === undefined ? 'Predictions from features' : `Predicts "${target}" from raw cells`;
  return `${what} (${task}), by a neural network trained with ${createdBy}.`;
}

/** Texts as they are, everything else as JSON. */
function metadataOf(description: Description): Record<string, string> {
  return Object.fromEntries(
    Object.entries(description).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
