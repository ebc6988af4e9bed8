export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}
export const noPenalty: Penalty = { l1: 0, l2: 0 };
