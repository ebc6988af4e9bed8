import type { PolicyResult } from './policies.ts';
import { short, table } from './report.ts';
import type { Quartiles } from './statistics.ts';

const head = [
  'training',
  'ms',
  'CPU ms',
  'steps',
  'last batch',
  'penalty scale',
  'training loss',
  'validation loss',
  'accuracy',
  'better than',
];

/** A table for each set: medians, and in brackets the quartiles. */
export function policyTables(results: readonly PolicyResult[], rate: number): string[] {
  const sets = [...new Set(results.map(({ set }) => set))];
  return sets.flatMap((set) => {
    const own = results.filter((result) => result.set === set);
    const { network, rows, epochs } = own[0] as PolicyResult;
    return [
      `${set}: ${network}, ${rows} training rows, ${epochs} epochs, Adam ${rate}`,
      table(head, own.map(rowOf), 1),
    ];
  });
}

function rowOf(result: PolicyResult): string[] {
  const { name, ms, cpuMs, steps, finalBatch, finalScale, trainingLoss, validationLoss, accuracy } = result;
  const { better, against } = result;
  return [
    name,
    short(ms),
    short(cpuMs),
    spread(steps, (value) => value.toFixed(0)),
    spread(finalBatch, (value) => value.toFixed(0)),
    spread(finalScale, (value) => value.toPrecision(2)),
    spread(trainingLoss, (value) => value.toFixed(4)),
    spread(validationLoss, (value) => value.toFixed(4)),
    spread(accuracy, (value) => value.toFixed(3)),
    better === undefined ? '' : `${against} in ${(100 * better).toFixed(0)} %`,
  ];
}

/** The median alone where all values are the same. */
function spread({ lower, median, upper }: Quartiles, text: (value: number) => string): string {
  const ends = [text(lower), text(upper)];
  return ends[0] === ends[1] ? text(median) : `${text(median)} (${ends.join(' to ')})`;
}
