export interface TrialControl {
  learningRate: number;
  stopTraining(reason: string): void;
  keepWeights(): void;
  restoreWeights(): void;
  readonly trial: number;
}
export interface CallbackState {
  onTrainBegin?(control: TrialControl): void;
  onEpochBegin?(epoch: number, control: TrialControl): void;
  onEpochEnd?(epoch: number, logs: Record<string, number>, control: TrialControl): void;
  onTrainEnd?(control: TrialControl): void;
}
export interface Callback {
  readonly name: string;
  readonly needsLogs: boolean;
  create(): CallbackState;
}
