import { littleEndian } from '../../core/bytes.ts';
import { outputNetwork } from '../../train/trained-model.ts';
import { type Description, descriptionOf } from '../description.ts';
import { type LayerWeights, layerWeights } from '../layer-weights.ts';
import { outputsOf } from '../outputs.ts';
import type { SavedModel } from '../saved-model.ts';
import { type PartName, runtime } from './runtime.generated.ts';

/** An expression, and the parts of the runtime that it needs. */
interface Expression {
  readonly text: string;
  readonly needs: readonly PartName[];
}

/**
 * A model as a JavaScript module without dependencies, for browsers, node and others: `info` tells of the model, and
 * `predict(row)` takes an object of raw cells (or a list of features, where the model was trained without
 * preprocessing). It returns `{ label, probabilities }` with the probability of each label, or `{ value }`, and throws
 * where Shoal refuses a row. Predictions equal those of the reference, `cpuEngine()`, bit by bit.
 *
 * @throws UsageError when the labels of the target do not fit the network's outputs
 */
export function toJavaScript(saved: SavedModel): string {
  const layers = layersOf(saved);
  const input = inputOf(saved);
  const result = resultOf(saved);
  const parts = withNeeded([...input.needs, ...result.needs, ...layers.needs]);
  return `${head}
/** What the model predicts, from what, and what is known of it. */
export const info = /** @type {const} */ (${infoText(descriptionOf(saved))});

/**
 * Predicts from one row; for several: rows.map((row) => predict(row)).
 * @param {${input.type}} row ${input.doc}
 */
export function predict(row) {
  /** @type {Float32Array} */
  let outputs = ${input.text};
  for (const layer of layers) outputs = layer(outputs);
  return ${result.text};
}

${parts.map((name) => runtime[name].code).join('\n')}
${input.data}const layers = [
${layers.text}];
`;
}

const head = `// A neural network trained with Shoal, as a module that needs nothing else:
//   import { info, predict } from "./model.js";
`;

/** What `row` is, and how it becomes features. */
function inputOf({ model }: SavedModel): Expression & { type: string; doc: string; data: string } {
  if (!model.preprocessing) {
    const { inputs } = model.network;
    return {
      type: 'ArrayLike<number>',
      doc: `the ${inputs} features`,
      text: `featureRow(${inputs}, row)`,
      needs: ['feature_row'],
      data: '',
    };
  }
  const { mean, scale } = model.preprocessing.preprocessor.toJSON().scaler;
  return {
    type: "Readonly<Record<(typeof info.columns)[number]['name'], Cell>>",
    doc: 'a cell for each of info.columns',
    text: 'standardised(means, scales, tableRow(info.columns, row))',
    needs: ['table_row', 'standardised'],
    data: `const means = [${mean}];\nconst scales = [${scale}];\n`,
  };
}

/** What the outputs become. */
function resultOf({ model }: SavedModel): Expression {
  const { kind } = outputsOf(model);
  if (kind === 'classes') return { text: 'classes(info.labels, outputs)', needs: ['classes'] };
  if (kind === 'flags') return { text: 'flags(outputs)', needs: ['flags'] };
  return model.network.layers.at(-1)?.units === 1
    ? { text: 'value(outputs)', needs: ['value'] }
    : { text: 'values(outputs)', needs: ['values'] };
}

/** The layers as items of a list. */
function layersOf({ model }: SavedModel): Expression {
  const layers = layerWeights(outputNetwork(model), model.weights).map(layerText);
  const needs = layers.flatMap((layer) => layer.needs);
  return { text: layers.map(({ text }) => `  ${text},\n`).join(''), needs };
}

function layerText({ layer, weights }: LayerWeights): Expression {
  const { inputs, units, activation } = layer;
  const { name, parameter } = activation;
  const dense = (by: string) => `dense(${inputs}, ${units}, ${by}, '${base64Of(weights)}')`;
  if (name === 'softmax')
    return { text: `${dense('linear')},\n  softmax`, needs: ['dense', 'linear', 'softmax'] };
  const call = name.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
  const hasParameter = name === 'leaky_relu' || name === 'elu';
  return { text: dense(hasParameter ? `${call}(${parameter})` : call), needs: ['dense', name] };
}

/** The parts with those that they need, each once, before those that need it. */
function withNeeded(names: readonly PartName[]): PartName[] {
  const all = new Set<PartName>();
  const add = (name: PartName) => {
    runtime[name].needs.forEach(add);
    all.add(name);
  };
  names.forEach(add);
  return [...all];
}

/** JSON with a line for each entry, and for each column; `<` is escaped, so that it may stand inside of a page. */
function infoText(description: Description): string {
  const entries = Object.entries(description).map(([key, value]) => {
    const json = key === 'columns' ? columnsText(value) : JSON.stringify(value);
    return `  ${key}: ${json},\n`;
  });
  return `{\n${entries.join('')}}`.replaceAll('<', '\\u003c');
}

function columnsText(columns: readonly object[]): string {
  return `[\n${columns.map((column) => `    ${JSON.stringify(column)},\n`).join('')}  ]`;
}

/** Numbers in single precision, the lowest byte first. */
function base64Of(values: Float32Array): string {
  let bytes = '';
  for (const byte of littleEndian(values)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
