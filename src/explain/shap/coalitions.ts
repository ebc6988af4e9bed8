import type { FeatureRows, Subject } from '../subject.ts';
import { predictMany } from '../subject.ts';

/** Sets of columns that keep a row's own values: 1 where a column is in it, columns of one set next to each other. */
export interface Coalitions {
  readonly count: number;
  readonly members: Uint8Array;
}

/**
 * The value of each coalition for each row: the mean outputs over the background, where the columns that are not in the
 * coalition have the background's values (the interventional value function).
 *
 * @returns rows x coalitions x outputs
 */
export async function coalitionValues(
  subject: Subject,
  x: FeatureRows,
  background: FeatureRows,
  coalitions: Coalitions,
): Promise<Float64Array> {
  const { units } = subject;
  const { inputs } = subject.network;
  const { count } = coalitions;
  const ownFeatures = featureMembers(subject, coalitions);
  const values = new Float64Array(x.rows * count * units);
  const write = (place: number, into: Float32Array, at: number) => {
    const game = Math.floor(place / background.rows);
    const other = (place % background.rows) * inputs;
    const own = Math.floor(game / count) * inputs;
    const members = (game % count) * inputs;
    for (let i = 0; i < inputs; i++) {
      into[at + i] = (ownFeatures[members + i] ? x.values[own + i] : background.values[other + i]) as number;
    }
  };
  await predictMany(subject, x.rows * count * background.rows, write, (place, outputs, at) => {
    const start = Math.floor(place / background.rows) * units;
    for (let unit = 0; unit < units; unit++) {
      values[start + unit] = (values[start + unit] as number) + (outputs[at + unit] as number);
    }
  });
  return values.map((sum) => sum / background.rows);
}

/** Coalitions by features instead of columns. */
function featureMembers({ columns, network }: Subject, { count, members }: Coalitions): Uint8Array {
  const result = new Uint8Array(count * network.inputs);
  for (let set = 0; set < count; set++) {
    columns.forEach(({ first, width }, column) => {
      const start = set * network.inputs + first;
      result.fill(members[set * columns.length + column] as number, start, start + width);
    });
  }
  return result;
}
