import { finiteNumber, knownOptions, trueOrFalse, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { type Activation, type ActivationSpec, activation } from './activations.ts';
import { type Initializer, initializer } from './initializers.ts';
import { l1l2, type Penalty } from './regularizers.ts';

/** A fully connected layer: outputs = activation(inputs x kernel + bias). */
export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelPenalty: Penalty;
  readonly biasPenalty: Penalty;
  /** Share of the outputs that are dropped while training, from 0 to below 1; the rest are scaled up. */
  readonly dropout: number;
}

/** A multilayer perceptron. */
export interface Network {
  readonly inputs: number;
  readonly layers: readonly DenseLayer[];
}

/** Options of Keras's `Dense`. */
export interface DenseOptions {
  /** Default linear. */
  readonly activation?: ActivationSpec;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default glorot_uniform. */
  readonly kernelInitializer?: Initializer;
  /** Default zeros. */
  readonly biasInitializer?: Initializer;
  /** Default no penalty. */
  readonly kernelRegularizer?: Partial<Penalty>;
  /** Default no penalty. */
  readonly biasRegularizer?: Partial<Penalty>;
}

/** What `sequential` is made of. */
export type Layer =
  | { readonly kind: 'dense'; readonly units: number; readonly options: DenseOptions }
  | { readonly kind: 'dropout'; readonly rate: number };

const denseOptions = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
];

/** A fully connected layer for `sequential`. @throws UsageError unless `units` is a whole number of at least 1 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  knownOptions('dense', options, denseOptions);
  return { kind: 'dense', units: wholeNumber('units', units, 1), options };
}

/** Drops a share of the layer before while training. @throws UsageError unless 0 <= rate < 1 */
export function dropout(rate: number): Layer {
  return { kind: 'dropout', rate: finiteNumber('dropout', rate, { least: 0, below: 1 }) };
}

/**
 * A network of layers, one after the other, as Keras's `Sequential`.
 *
 * @example
 * sequential({ inputs: 10, layers: [dense(16, { activation: 'relu' }), dropout(0.2), dense(1, { activation: 'sigmoid' })] })
 * @throws UsageError for no dense layer, a dropout that is not between two, or softmax before the output
 */
export function sequential(options: { readonly inputs: number; readonly layers: readonly Layer[] }): Network {
  knownOptions('sequential', options, ['inputs', 'layers']);
  const inputs = wholeNumber('inputs', options.inputs, 1);
  const layers: DenseLayer[] = [];
  options.layers.forEach((layer, place) => {
    const before = layers.at(-1);
    if (layer.kind === 'dense') {
      layers.push(denseLayer(before?.units ?? inputs, layer.units, layer.options));
      return;
    }
    const neighbours = [options.layers[place - 1], options.layers[place + 1]];
    if (!before || neighbours.some((neighbour) => neighbour?.kind !== 'dense')) {
      throw new UsageError(
        `dropout must stand between two dense layers, got it as layer ${place + 1} of ${options.layers.length}; remove it or move it`,
      );
    }
    layers[layers.length - 1] = { ...before, dropout: layer.rate };
  });
  checkSoftmaxLast(layers);
  return { inputs, layers };
}

function checkSoftmaxLast(layers: readonly DenseLayer[]): void {
  if (layers.length === 0) throw new UsageError('layers must have at least one dense layer, got none');
  const early = layers.slice(0, -1).findIndex((layer) => layer.activation.name === 'softmax');
  if (early < 0) return;
  throw new UsageError(
    `softmax must be the output's activation, got it in dense layer ${early + 1} of ${layers.length}; use relu or tanh there`,
  );
}

function denseLayer(inputs: number, units: number, options: DenseOptions): DenseLayer {
  return {
    inputs,
    units,
    activation: activation(options.activation ?? 'linear'),
    useBias: trueOrFalse('useBias', options.useBias ?? true),
    kernelInitializer: initializer(options.kernelInitializer ?? 'glorot_uniform'),
    biasInitializer: initializer(options.biasInitializer ?? 'zeros'),
    kernelPenalty: l1l2(options.kernelRegularizer ?? {}),
    biasPenalty: l1l2(options.biasRegularizer ?? {}),
    dropout: 0,
  };
}

/** Options of `mlp`; those of `dense` apply to all layers. */
export interface MlpOptions extends Omit<DenseOptions, 'activation'> {
  readonly inputs: number;
  /** Units of each hidden layer; may be empty. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Of the hidden layers. Default relu. */
  readonly activation?: ActivationSpec;
  /** Default linear. */
  readonly outputActivation?: ActivationSpec;
  /** After every hidden layer. Default 0. */
  readonly dropout?: number;
}

/** A multilayer perceptron whose hidden layers are alike. @throws UsageError as `sequential` */
export function mlp(options: MlpOptions): Network {
  knownOptions('mlp', options, [
    'inputs',
    'hidden',
    'outputs',
    'outputActivation',
    'dropout',
    ...denseOptions,
  ]);
  const { inputs, hidden, outputs, activation = 'relu', outputActivation = 'linear', ...rest } = options;
  const { dropout: rate = 0, ...shared } = rest;
  const drop = dropout(rate);
  const hiddenLayers = hidden.flatMap((units) => [dense(units, { ...shared, activation }), drop]);
  const output = dense(outputs, { ...shared, activation: outputActivation });
  return sequential({ inputs, layers: [...hiddenLayers, output] });
}

/** Trained numbers of a layer: kernel and bias. */
export function countLayerWeights({ inputs, units, useBias }: DenseLayer): number {
  return inputs * units + (useBias ? units : 0);
}

/** Trained numbers of a network. */
export function countWeights({ layers }: Network): number {
  return layers.reduce((sum, layer) => sum + countLayerWeights(layer), 0);
}
