import type { Scores } from '../evaluate/scores.ts';
import type { TrainedModel } from '../train/trained-model.ts';

/** A trained model with where it came from: what a model file holds. */
export interface SavedModel {
  readonly model: Omit<TrainedModel, 'notes'>;
  readonly origin: ModelOrigin;
}

/** Where a model came from. */
export interface ModelOrigin {
  /** Such as `shoal 0.3.0`. */
  readonly createdBy: string;
  /** The table that it learned from. */
  readonly data?: DataOrigin;
  /** How it was trained, as plain data: optimiser, epochs, seed, or the study and its trial. */
  readonly training?: Readonly<Record<string, unknown>>;
  /** Scores on rows that it did not learn from. */
  readonly scores?: Scores;
}

/** A table that a model learned from, and which of its rows. */
export interface DataOrigin {
  /** The file's name without its folder. */
  readonly file: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  readonly trainingRows: number;
  /** Rows that it did not learn from. */
  readonly heldOutRows: number;
  /** How the file was read and split, as plain data (the command line's `PrepareSettings`). */
  readonly prepare: Readonly<Record<string, unknown>>;
}
