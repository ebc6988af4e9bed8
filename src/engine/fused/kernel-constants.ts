import type { DenseLayer } from '../../model/network.ts';
import { activationKinds } from '../cpu/activation.ts';
import { lossKinds } from '../cpu/kernels/loss.ts';
import { clippings } from '../cpu/regularized-gradient.ts';
import { hasPenalty, optimizerKinds, stateCount } from '../layered/program.ts';
import { policyWords, progressWords, settingWords } from '../webgpu/shaders.generated.ts';
import type { ConstantValue } from '../webgpu/specialise.ts';
import { epochColumns, hasPolicy, policyColumns, type WholeJob, type WholeTrial } from '../whole.ts';

/** Sizes that follow from what all trials of a job share, whatever kernel trains them. */
export interface FusedShape {
  /** Inputs, then the units of each layer. */
  readonly widths: readonly number[];
  readonly targets: number;
  /** Groups of four floats that a row takes: inputs, targets, weight. */
  readonly rowQuads: number;
  /** Slow averages that the optimiser keeps for every weight. */
  readonly states: number;
  /** Words of a trial's settings, and where those begin whose number depends on the shape. */
  readonly settingsStride: number;
  readonly dropoutRates: number;
  readonly classWeights: number;
  readonly classes: number;
  /** Whether some trial goes back to its best weights. */
  readonly keeps: boolean;
  /** Whether some trial has policies, and whether some trial's batches follow the noise of its gradient. */
  readonly adapts: boolean;
  readonly measuresNoise: boolean;
  /** Where the policies' settings begin. */
  readonly policies: number;
  /** Words of a row of `progress`, and floats of an epoch's row of history. */
  readonly progressStride: number;
  readonly historyColumns: number;
}

export function fusedShape({ trials, table }: WholeJob): FusedShape {
  const { network, optimizer } = trials[0] as WholeTrial;
  const tensors = network.layers.reduce((sum, { useBias }) => sum + (useBias ? 2 : 1), 0);
  const targets = table.y.length / table.rows;
  const dropoutRates = settingWords.PENALTIES + 2 * tensors;
  const classWeights = dropoutRates + network.layers.length;
  const classes = Math.max(0, ...trials.map((trial) => trial.classWeights?.length ?? 0));
  const adapts = trials.some(({ rules }) => hasPolicy(rules));
  const settings = classWeights + classes;
  return {
    widths: [network.inputs, ...network.layers.map(({ units }) => units)],
    targets,
    rowQuads: Math.ceil((network.inputs + targets + 1) / 4),
    states: stateCount(optimizer),
    settingsStride: settings + (adapts ? policyWords.POLICY_SETTINGS : 0),
    dropoutRates,
    classWeights,
    classes,
    keeps: trials.some(({ rules }) => rules.stopping?.restoreBestWeights === true),
    adapts,
    measuresNoise: trials.some(({ rules }) => rules.noise !== undefined),
    // Where there are none, no index may lie outside of the settings.
    policies: adapts ? settings : 0,
    progressStride: progressWords.PROGRESS_WORDS + (adapts ? policyWords.POLICY_WORDS : 0),
    historyColumns: epochColumns.length + (adapts ? policyColumns.length : 0),
  };
}

/** The constants that all fused kernels of a job share, by their names in the shaders. */
export function kernelConstants(job: WholeJob, shape: FusedShape): Record<string, ConstantValue> {
  const { network, loss, optimizer } = job.trials[0] as WholeTrial;
  const { layers } = network;
  const output = layers.at(-1) as DenseLayer;
  const onLogits = loss.name !== 'mean_squared_error';
  return {
    LAYERS: layers.length,
    WIDTHS: shape.widths,
    USE_BIAS: layers.map(({ useBias }) => Number(useBias)),
    TENSORS: layers.reduce((sum, { useBias }) => sum + (useBias ? 2 : 1), 0),
    ACTIVATIONS: layers.map(({ activation }) => activationKinds[activation.name]),
    ACTIVATION_PARAMETERS: layers.map(({ activation }) => activation.parameter),
    OUTPUT_ACTIVATION: onLogits ? activationKinds.linear : activationKinds[output.activation.name],
    OUTPUT_PARAMETER: output.activation.parameter,
    OUTPUTS: output.units,
    TARGETS: shape.targets,
    ROW_QUADS: shape.rowQuads,
    LOSS: lossKinds[loss.name],
    OPTIMIZER: optimizerKinds[optimizer.name],
    NESTEROV: Number(optimizer.name === 'sgd' && optimizer.nesterov),
    CENTERED: Number(optimizer.name === 'rmsprop' && optimizer.centered),
    AMSGRAD: Number(optimizer.name === 'adam' && optimizer.amsgrad),
    STATES: shape.states,
    CLIPPING: clippings[optimizer.clip.kind],
    PENALISED: Number(job.trials.some((trial) => hasPenalty(trial.network))),
    DROPOUT: layers.map((_, l) =>
      Number(job.trials.some((trial) => (trial.network.layers[l] as DenseLayer).dropout > 0)),
    ),
    CLASSES: shape.classes,
    KEEPS: Number(shape.keeps),
    ADAPTS: Number(shape.adapts),
    MEASURES_NOISE: Number(shape.measuresNoise),
    POLICIES: shape.policies,
    PROGRESS_STRIDE: shape.progressStride,
    SETTINGS_STRIDE: shape.settingsStride,
    DROPOUT_RATES: shape.dropoutRates,
    CLASS_WEIGHTS: shape.classWeights,
  };
}
