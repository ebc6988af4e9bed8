import { UsageError } from '../core/errors.ts';
import type { TrialSettings } from '../engine/engine.ts';

/**
 * Trials share their kernels, so that what a kernel is specialised for must be the same for all of them.
 * @throws UsageError naming the first trial that differs, and in what
 */
export function checkTrialsMatch(trials: readonly TrialSettings[]): void {
  const [first, ...others] = trials;
  if (!first) throw new UsageError('trials must have at least one trial, got none');
  const expected = traits(first);
  others.forEach((trial, index) => {
    for (const [name, value] of Object.entries(traits(trial))) {
      if (value === expected[name]) continue;
      throw new UsageError(
        `trials must share their ${name}, got ${value} in trial ${index + 1} and ${expected[name]} in trial 0; ` +
          'train trials of different shapes one group after the other',
      );
    }
  });
}

function traits({ network, loss, optimizer }: TrialSettings): Record<string, string> {
  const layers = network.layers;
  return {
    'layer widths': [network.inputs, ...layers.map(({ units }) => units)].join('-'),
    activations: layers.map(({ activation }) => `${activation.name}(${activation.parameter})`).join(', '),
    'use of biases': layers.map(({ useBias }) => useBias).join(', '),
    loss: loss.name,
    'kind of optimizer': optimizerKind(optimizer),
    'kind of clipping': optimizer.clip.kind,
  };
}

function optimizerKind(optimizer: TrialSettings['optimizer']): string {
  switch (optimizer.name) {
    case 'sgd':
      return optimizer.nesterov ? 'sgd with nesterov' : 'sgd';
    case 'rmsprop':
      return optimizer.centered ? 'centered rmsprop' : 'rmsprop';
    case 'adam':
      return optimizer.amsgrad ? 'adam with amsgrad' : 'adam';
  }
}
