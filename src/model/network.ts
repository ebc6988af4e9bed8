import { type Activation, type ActivationName, activation } from './activations.ts';
import type { Initializer } from './initializers.ts';
import { noPenalty, type Penalty } from './regularizers.ts';
export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelPenalty: Penalty;
  readonly biasPenalty: Penalty;
  readonly dropout: number;
}
export interface Network {
  readonly inputs: number;
  readonly layers: readonly DenseLayer[];
}
export function mlp(o: {
  inputs: number;
  hidden: number[];
  outputs: number;
  activation?: ActivationName;
  outputActivation?: ActivationName;
  kernelRegularizer?: Penalty;
  biasRegularizer?: Penalty;
  dropout?: number;
}): Network {
  const widths = [o.inputs, ...o.hidden, o.outputs];
  const layers = widths
    .slice(1)
    .map(
      (units, l): DenseLayer => ({
        inputs: widths[l] as number,
        units,
        activation: activation(
          l < o.hidden.length ? (o.activation ?? 'relu') : (o.outputActivation ?? 'linear'),
        ),
        useBias: true,
        kernelInitializer: 'glorot_uniform',
        biasInitializer: 'zeros',
        kernelPenalty: o.kernelRegularizer ?? noPenalty,
        biasPenalty: o.biasRegularizer ?? noPenalty,
        dropout: l < o.hidden.length ? (o.dropout ?? 0) : 0,
      }),
    );
  return { inputs: o.inputs, layers };
}
