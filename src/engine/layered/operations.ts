import type { Engine } from '../engine.ts';
import type { OpenBackend } from './backend.ts';
import { inputGradientsWith } from './input-gradients.ts';
import { predictWith } from './predict.ts';
import { openSession } from './session.ts';

/** What an engine does layer by layer, on whatever backend its programs are opened. */
export function layeredOperations(
  open: OpenBackend,
): Pick<Engine, 'openBackend' | 'open' | 'predict' | 'inputGradients'> {
  return {
    openBackend: open,
    open: (job) => openSession(job, open),
    predict: (network, weights, x, rows) => predictWith(open, network, weights, x, rows),
    inputGradients: (network, weights, x, rows, outputs) =>
      inputGradientsWith(open, network, weights, x, rows, outputs),
  };
}
