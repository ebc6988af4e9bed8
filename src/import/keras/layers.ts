import { shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { Penalty } from '../../model/regularizers.ts';
import type { WeightedLayer } from '../assemble.ts';
import type { Scaler } from '../foreign-model.ts';
import { activationOfClass, kerasActivation } from './activations.ts';
import type { ConfiguredLayer } from './config.ts';
import { checkSettings } from './layer-settings.ts';
import type { Variables, WeightsFile } from './weights.ts';

/** What the layers of a model say. */
export interface ReadLayers {
  readonly layers: readonly WeightedLayer[];
  readonly scaler?: Scaler;
  readonly remarks: readonly string[];
}

/** Reads the layers of a model with their variables. @throws UsageError for what Shoal's networks cannot do */
export function readLayers(layers: readonly ConfiguredLayer[], weights: WeightsFile): ReadLayers {
  const reader = new LayerReader(weights);
  for (const layer of layers) reader.read(layer);
  return reader.result();
}

/** Follows the chain of layers. */
class LayerReader {
  private readonly layers: WeightedLayer[] = [];
  private scaler: Scaler | undefined;
  private readonly remarks: string[] = [];
  private readonly weights: WeightsFile;

  constructor(weights: WeightsFile) {
    this.weights = weights;
  }

  read(layer: ConfiguredLayer): void {
    const { className } = layer;
    checkSettings(layer);
    if (className === 'Normalization') this.normalization(layer);
    else if (className === 'Dense') this.layers.push(this.dense(layer));
    else if (className === 'Dropout') this.dropout(layer);
    else if (className !== 'InputLayer') this.activation(layer);
  }

  result(): ReadLayers {
    const last = this.layers.at(-1);
    if (last && last.dropout > 0) {
      this.layers[this.layers.length - 1] = { ...last, dropout: 0 };
      this.remarks.push(`the dropout behind layer ${last.name} is left out; it acts in training only`);
    }
    return { layers: this.layers, ...(this.scaler && { scaler: this.scaler }), remarks: this.remarks };
  }

  private normalization({ name, group, config }: ConfiguredLayer): void {
    if (this.layers.length > 0 || this.scaler) {
      throw new UsageError(
        `layer ${name} (Normalization) must be the first layer, and the only one of its kind`,
      );
    }
    if (config.invert === true || !['-1', '1'].includes(String(config.axis))) {
      throw new UsageError(`layer ${name} (Normalization) must have axis -1 and not be inverted`);
    }
    const [mean, variance] =
      config.mean == null
        ? this.adapted(group, name)
        : [flatNumbers(name, config.mean), flatNumbers(name, config.variance)];
    this.scaler = { mean, scale: variance.map((value) => Math.max(Math.sqrt(value), leastScale)) };
  }

  private adapted(group: string, name: string): [number[], number[]] {
    const variables = this.weights.variables(group, name);
    return [Array.from(variables.values(0)), Array.from(variables.values(1))];
  }

  private dense({ name, group, config }: ConfiguredLayer): WeightedLayer {
    const { units, use_bias: useBias = true } = config;
    const variables = this.weights.variables(group, name);
    checkShapes(name, variables, units, useBias === true);
    const [inputs = 0, columns = 0] = variables.shape(0);
    return {
      name,
      inputs,
      units: columns,
      kernel: Float32Array.from(variables.values(0)),
      ...(useBias === true && { bias: Float32Array.from(variables.values(1)) }),
      options: {
        activation: kerasActivation(name, config.activation),
        kernelRegularizer: this.penalty(name, config.kernel_regularizer),
        biasRegularizer: this.penalty(name, config.bias_regularizer),
      },
      dropout: 0,
    };
  }

  private penalty(name: string, value: unknown): Partial<Penalty> {
    if (value == null) return {};
    const { class_name: className, config } = value as {
      class_name?: unknown;
      config?: Record<string, unknown>;
    };
    const { l1 = 0, l2 = 0 } = config ?? {};
    const isKnown = ['L1', 'L2', 'L1L2'].includes(String(className));
    if (isKnown && typeof l1 === 'number' && typeof l2 === 'number') return { l1, l2 };
    this.remarks.push(
      `layer ${name}: the regularizer ${shown(className)} is left out; it acts in training only`,
    );
    return {};
  }

  private dropout({ name, config }: ConfiguredLayer): void {
    const last = this.layers.at(-1);
    const rate = config.rate;
    if (last && last.dropout === 0 && typeof rate === 'number') {
      this.layers[this.layers.length - 1] = { ...last, dropout: rate };
    } else {
      this.remarks.push(`layer ${name}: this dropout is left out; it acts in training only`);
    }
  }

  private activation({ name, className, config }: ConfiguredLayer): void {
    const spec = activationOfClass(name, className, config);
    const last = this.layers.at(-1);
    if (!last || last.dropout > 0 || last.options.activation !== 'linear') {
      throw new UsageError(
        `layer ${name} (${className}) must follow a Dense layer that has no activation of its own; only then is it one layer of Shoal`,
      );
    }
    this.layers[this.layers.length - 1] = { ...last, options: { ...last.options, activation: spec } };
  }
}

function checkShapes(name: string, variables: Variables, units: unknown, useBias: boolean): void {
  const count = useBias ? 2 : 1;
  if (variables.count !== count) {
    throw new UsageError(`layer ${name} must have ${count} variables, got ${variables.count}`);
  }
  const kernel = variables.shape(0);
  if (kernel.length !== 2 || kernel[1] !== units) {
    throw new UsageError(
      `the kernel of layer ${name} must be inputs x ${shown(units)} units, got [${kernel}]`,
    );
  }
  if (useBias && variables.shape(1).join() !== String(units)) {
    throw new UsageError(`the bias of layer ${name} must be [${units}], got [${variables.shape(1)}]`);
  }
}

/** Keras divides by no less. */
const leastScale = 1e-7;

function flatNumbers(name: string, value: unknown): number[] {
  const values = [value].flat(3);
  if (values.every((number): number is number => typeof number === 'number' && Number.isFinite(number)))
    return values;
  throw new UsageError(`mean and variance of layer ${name} must be finite numbers`);
}
