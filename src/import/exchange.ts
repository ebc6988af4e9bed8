import { finiteNumber, knownOptions, plainObject, shown } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { type ActivationSpec, activation } from '../model/activations.ts';
import { assembled, type WeightedLayer } from './assemble.ts';
import type { ForeignModel, Scaler } from './foreign-model.ts';
import { lossOfLogits, lossOfOutput } from './loss.ts';

/** What `format` must say. */
export const exchangeFormat = 'shoal-exchange/1';

/** A multilayer perceptron as any tool can write it down in JSON. Fields that may be missing may be null too. */
export interface ExchangeFile {
  readonly format: typeof exchangeFormat;
  /** First to last. */
  readonly layers: readonly ExchangeLayer[];
  /** Inputs become (x - mean) / scale, of which each may be missing. */
  readonly scaler?: {
    readonly mean?: readonly number[] | null;
    readonly scale?: readonly number[] | null;
  } | null;
  /** Names of the inputs. */
  readonly features?: readonly string[] | null;
  /** Name of what is predicted. */
  readonly target?: string | null;
  /** Names of the classes in their order; missing for a regression. */
  readonly labels?: readonly (string | number)[] | null;
  /** What wrote the file. */
  readonly source?: string | null;
}

/** outputs = activation(inputs x kernel + bias) */
export interface ExchangeLayer {
  /** Inputs x units. */
  readonly kernel: readonly (readonly number[])[];
  readonly bias?: readonly number[] | null;
  /** Default linear. scikit-learn's `identity` and `logistic` are known too. */
  readonly activation?: ActivationSpec | 'identity' | 'logistic' | null;
}

const optionalFields = ['scaler', 'features', 'target', 'labels', 'source'] as const;

/** A model from the text of an exchange file. @throws UsageError that names what is missing, unknown or does not fit */
export function fromExchange(text: string): ForeignModel {
  const file = withoutNulls(parsed(text));
  if ('class_name' in file) {
    throw new UsageError(
      'a configuration of Keras must come with its weights; give them with --weights FILE',
    );
  }
  knownOptions('the file', file, ['format', 'layers', ...optionalFields]);
  if (file.format !== exchangeFormat) {
    throw new UsageError(`format must be "${exchangeFormat}", got ${shown(file.format)}`);
  }
  const layers = list('layers', file.layers).map((layer, place) => layerOf(`layers[${place}]`, layer));
  const { network, weights } = assembled(layers);
  const labels = file.labels === undefined ? undefined : list('labels', file.labels).map(label);
  const isLogits = labels !== undefined && network.layers.at(-1)?.activation.name === 'linear';
  return {
    network,
    weights,
    loss: isLogits ? lossOfLogits(network) : lossOfOutput(network),
    source: file.source === undefined ? 'an exchange file' : textOf('source', file.source),
    ...(file.scaler !== undefined && { scaler: scalerOf(file.scaler, network.inputs) }),
    ...(file.features !== undefined && {
      features: list('features', file.features).map((name) => textOf('features', name)),
    }),
    ...(labels && { labels }),
    ...(file.target !== undefined && { target: textOf('target', file.target) }),
    remarks: [],
  };
}

function parsed(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError('the file must be JSON (which knows no NaN or Infinity); write it with json.dump');
  }
  return plainObject('the file', value);
}

/** Null is what Python writes for None, where there is nothing. */
function withoutNulls(value: object): Partial<Record<keyof ExchangeFile, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

function layerOf(name: string, value: unknown): WeightedLayer {
  const layer = withoutNulls(plainObject(name, value)) as Partial<Record<keyof ExchangeLayer, unknown>>;
  knownOptions(name, layer, ['kernel', 'bias', 'activation']);
  const rows = list(`${name}.kernel`, layer.kernel).map((row, place) =>
    numbers(`${name}.kernel[${place}]`, row),
  );
  const units = rows[0]?.length ?? 0;
  if (units === 0) throw new UsageError(`${name}.kernel must be inputs x units numbers, got none`);
  rows.forEach((row, place) => {
    if (row.length === units) return;
    throw new UsageError(
      `${name}.kernel[${place}] must have ${units} numbers as the row before, got ${row.length}`,
    );
  });
  const bias = layer.bias === undefined ? undefined : numbers(`${name}.bias`, layer.bias);
  if (bias && bias.length !== units) {
    throw new UsageError(
      `${name}.bias must have a number for each of the ${units} units, got ${bias.length}`,
    );
  }
  return {
    name,
    inputs: rows.length,
    units,
    kernel: Float32Array.from(rows.flat()),
    ...(bias && { bias: Float32Array.from(bias) }),
    options: { activation: activationOf(name, layer.activation) },
    dropout: 0,
  };
}

/** scikit-learn's names. */
const aliases: Readonly<Record<string, ActivationSpec>> = { identity: 'linear', logistic: 'sigmoid' };

function activationOf(name: string, value: unknown): ActivationSpec {
  if (value === undefined) return 'linear';
  const alias = typeof value === 'string' && Object.hasOwn(aliases, value) ? aliases[value] : undefined;
  if (alias !== undefined) return alias;
  try {
    return activation(typeof value === 'string' ? (value as ActivationSpec) : plainObject('it', value));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${name}.activation: ${error.message}`);
  }
}

function scalerOf(value: unknown, inputs: number): Scaler {
  const scaler = withoutNulls(plainObject('scaler', value)) as { mean?: unknown; scale?: unknown };
  knownOptions('scaler', scaler, ['mean', 'scale']);
  const { mean, scale } = scaler;
  return {
    mean: mean === undefined ? Array.from({ length: inputs }, () => 0) : doubles('scaler.mean', mean),
    scale: scale === undefined ? Array.from({ length: inputs }, () => 1) : doubles('scaler.scale', scale),
  };
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UsageError(`${name} must be a list, got ${value === undefined ? 'none' : shown(value)}`);
}

const doubles = (name: string, value: unknown) =>
  list(name, value).map((number, place) => finiteNumber(`${name}[${place}]`, number as number));

/** Numbers that single precision can hold. */
function numbers(name: string, value: unknown): number[] {
  return doubles(name, value).map((number, place) => {
    if (Number.isFinite(Math.fround(number))) return number;
    throw new UsageError(`${name}[${place}] must fit in single precision, got ${number}`);
  });
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError(`${name} must be text, got ${shown(value)}`);
}

function label(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value;
  throw new UsageError(`labels must be texts or numbers, got ${shown(value)}; write str(label) for each`);
}
