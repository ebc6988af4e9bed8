import type { TrialSettings } from '../engine/engine.ts';

/** What trials must share to train in one job, since kernels are specialised for it, as a key. */
export function shapeKey({ network, loss, optimizer }: TrialSettings): string {
  const { layers } = network;
  return JSON.stringify([
    network.inputs,
    layers.map(({ units, activation, useBias }) => [units, activation.name, activation.parameter, useBias]),
    loss.name,
    optimizer.clip.kind,
    optimizerKind(optimizer),
  ]);
}

/** With an epsilon of 0 the fused kernels' padding would be divided by zero, so that such trials train elsewhere. */
function optimizerKind(optimizer: TrialSettings['optimizer']): readonly unknown[] {
  switch (optimizer.name) {
    case 'sgd':
      return ['sgd', optimizer.nesterov];
    case 'rmsprop':
      return ['rmsprop', optimizer.centered, optimizer.epsilon === 0];
    case 'adam':
      return ['adam', optimizer.amsgrad, optimizer.epsilon === 0];
  }
}

/** Items that have the same key, in the order of their first. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}
