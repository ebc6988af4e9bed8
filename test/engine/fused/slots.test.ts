import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/engine/fused/slots.ts';
import type { WholeTrial } from '../../../src/engine/whole.ts';

const window = { first: 0, end: 40, firstValidation: 32, endValidation: 40 };
const rules = { stopOnNaN: false };
const trial = (epochs: number, batchSize = 8) => ({ epochs, batchSize, window, rules }) as WholeTrial;
const open = () => true;

describe('Slots', () => {
  it('places trials in their order, and the next where one has ended', () => {
    const slots = new Slots([trial(1), trial(2), trial(3)], 2);
    const placed = slots.fill();
    expect(placed.map(({ slot, trial: index }) => [slot, index])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(placed[1]?.history).toHaveLength(24);
    expect(slots.fill()).toEqual([]);
    slots.release(placed[0] as (typeof placed)[0]);
    expect(slots.fill().map(({ slot, trial: index }) => [slot, index])).toEqual([[0, 2]]);
  });

  it('submits those that are furthest behind when not all may', () => {
    const slots = new Slots([trial(10), trial(10), trial(10)], 3);
    const [a, b] = slots.fill();
    if (a) a.epoch = 5;
    if (b) b.epoch = 2;
    expect(slots.order(2, 1, open).map(({ trial: index }) => index)).toEqual(expect.arrayContaining([1, 2]));
  });

  it('puts trials with as much to do side by side, whole groups in turns into two halves', () => {
    const batchSizes = [8, 1, 8, 1, 8, 1, 8, 1];
    const slots = new Slots(
      batchSizes.map((batchSize) => trial(5, batchSize)),
      8,
    );
    slots.fill();
    const order = slots.order(8, 2, open).map(({ trial: index }) => batchSizes[index]);
    expect(order).toEqual([1, 1, 8, 8, 1, 1, 8, 8]);
  });

  it('goes by the batch sizes that policies have made', () => {
    const noise = { share: 1, smoothing: 0, maxBatchSize: 64 };
    const growing = Array.from({ length: 4 }, () => ({
      ...trial(9),
      rules: { ...rules, noise },
    }));
    const slots = new Slots(growing, 4);
    slots.fill().forEach((running, index) => {
      running.epoch = 2;
      running.policies?.set([8, 0, 1, 1], 0);
      running.policies?.set([[32, 8, 32, 8][index] as number, 0, 1, 1], 4);
    });
    // Two of a size side by side, those with more steps first.
    expect(slots.order(4, 4, open).map(({ trial: index }) => index)).toEqual([1, 3, 0, 2]);
  });

  it('keeps a group that is not full at the end', () => {
    const slots = new Slots(
      Array.from({ length: 5 }, () => trial(3)),
      5,
    );
    slots.fill();
    const order = slots.order(5, 2, open).map(({ slot }) => slot);
    expect(order).toHaveLength(5);
    // Sorted 0 1 | 2 3 | 4: the last group is not full, so that the half that it is in comes last.
    expect(order).toEqual([2, 3, 0, 1, 4]);
  });
});
