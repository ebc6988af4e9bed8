import type { Scores } from '../evaluate/scores.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { errorColors } from './colors.ts';
import { curves, table } from './terminal.ts';

const titles: Readonly<Record<string, string>> = {
  loss: 'loss',
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
  rocAuc: 'ROC AUC',
  mae: 'mean absolute error',
  mse: 'mean squared error',
  r2: 'R2',
};

/** Loss and accuracy (or error) over the epochs, drawn in the terminal. */
export function historyCurves({ history }: TrainedModel): string {
  const { metrics } = history;
  const pair = (name: string) =>
    [name, `val_${name}`].flatMap((key) => (metrics[key] ? [{ name: key, values: metrics[key] }] : []));
  const second = metrics.accuracy ? 'accuracy' : 'mae';
  return [curves('loss', pair('loss')), curves(second, pair(second))].join('\n\n');
}

/** Scores on the rows that the title names, beside those of another system where there are any. */
export function scoreTable(
  title: string,
  scores: Scores,
  other?: { readonly name: string; readonly scores: Scores },
): string {
  const rows = Object.entries(scores).map(([name, value]) => {
    const heading = titles[name] ?? name;
    const theirs = other?.scores[name];
    return other ? [heading, value.toFixed(6), theirs?.toFixed(6) ?? ''] : [heading, value.toFixed(6)];
  });
  // As wide as the longest title, so that all tables of scores look the same.
  return table([title.padEnd('validation'.length), 'Shoal', ...(other ? [other.name] : [])], rows);
}

/** The line of one epoch for the progress display. */
export function epochLine(epoch: number, epochs: number, logs: Readonly<Record<string, number>>): string {
  const shown = ['loss', 'accuracy', 'mae', 'val_loss', 'val_accuracy', 'val_mae'].filter(
    (name) => name in logs,
  );
  const values = shown.map((name) => `${errorColors.dim(name)} ${(logs[name] as number).toFixed(4)}`);
  const rate = `${errorColors.dim('lr')} ${(logs.learning_rate as number).toPrecision(3)}`;
  return `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}  ${values.join('  ')}  ${rate}`;
}
