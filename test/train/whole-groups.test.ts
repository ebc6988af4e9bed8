import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { WholeTrial } from '../../src/engine/whole.ts';
import { wasmEngine } from '../../src/index.ts';
import { rowTable, windowOf } from '../../src/train/row-table.ts';
import { trialSettings } from '../../src/train/trial-settings.ts';
import { trainInTurns } from '../../src/train/whole-groups.ts';
import { mixedTrial, rows } from '../engine/trials.ts';

const table = rowTable(rows, trialSettings(mixedTrial(0)));
/** Of batch sizes of their own, so that each has a session of its own. */
const trials = [0, 1, 2, 3].map((index): WholeTrial => {
  const settings = trialSettings(mixedTrial(index));
  const rules = { stopOnNaN: false };
  return { ...settings, epochs: 3, batchSize: 16 + index, shuffle: true, window: windowOf(table, 0), rules };
});

/** An engine that knows how many sessions were open at the same time. */
function counting(): { engine: Engine; most: () => number } {
  const engine = wasmEngine();
  let [open, most] = [0, 0];
  return {
    engine: {
      ...engine,
      open: async (job) => {
        open++;
        most = Math.max(most, open);
        const session = await engine.open(job);
        const close = () => {
          open--;
          session.close();
        };
        return new Proxy(session, {
          get: (target, name) => {
            if (name === 'close') return close;
            const value = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    },
    most: () => most,
  };
}

describe('training in turns', () => {
  it('opens all sessions that fit the memory, and gives each trial the bits that it has alone', async () => {
    const all = counting();
    const outcomes = await trainInTurns(all.engine, trials, table.table, {});
    expect(all.most()).toBe(4);
    const few = counting();
    expect(await trainInTurns(few.engine, trials, table.table, {}, 1)).toEqual(outcomes);
    expect(few.most()).toBe(1);
    for (const [i, trial] of trials.entries()) {
      expect(await trainInTurns(wasmEngine(), [trial], table.table, {})).toEqual([outcomes[i]]);
    }
  });

  it('begins nothing once cancelled', async () => {
    const { engine, most } = counting();
    const signal = AbortSignal.abort();
    expect(await trainInTurns(engine, trials, table.table, { signal })).toEqual(new Array(4).fill(undefined));
    expect(most()).toBe(0);
  });
});
