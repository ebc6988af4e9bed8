import type { FusedPlan } from '../fused/plan.ts';

/** A submit should take about this long: short enough to cancel and for watchdogs, long enough to pay. */
const targetMs = 90;
/** Beyond this a submit gets fewer trials, if it cannot get fewer epochs. */
const mostMs = 150;

/** What is left of an expectation that was too long. */
const shrinking = 0.9;

/** Chooses how many epochs of how many trials go into one submit, from how long the last ones took. */
export class ChunkPacer {
  private readonly plan: FusedPlan;
  private msPerLaneEpoch = 0;
  /** The most trials of a submit. */
  lanes: number;

  constructor(plan: FusedPlan) {
    this.plan = plan;
    this.lanes = Math.min(plan.slots, plan.trialsOfSubmit);
  }

  /** The most epochs of a submit, for which there is memory. */
  get most(): number {
    return this.plan.epochsAtOnce;
  }

  /** Epochs for a submit of so many trials, of which one has `left` epochs to do: equal parts rather than a rest. */
  epochs(lanes: number, left: number): number {
    if (this.msPerLaneEpoch === 0) return 1;
    const fitting = targetMs / (this.msPerLaneEpoch * lanes);
    const most = Math.max(1, Math.min(this.most, Math.floor(fitting)));
    return Math.ceil(left / Math.ceil(left / most));
  }

  /** How long a submit will take; 0 while that is not known. */
  expectedMs(lanes: number, epochs: number): number {
    return this.msPerLaneEpoch * lanes * epochs;
  }

  /** @param wasLate the time is only known to be an upper bound: the next is expected to be shorter */
  learn(lanes: number, epochs: number, milliseconds: number, wasLate: boolean): void {
    this.msPerLaneEpoch = ((wasLate ? shrinking : 1) * milliseconds) / (lanes * epochs);
    const { group } = this.plan;
    if (epochs === 1 && milliseconds > mostMs && this.lanes > group) {
      this.lanes = Math.max(group, group * Math.floor(this.lanes / 2 / group));
    }
  }
}
