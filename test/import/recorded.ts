import { readFileSync } from 'node:fs';

/** What Keras and scikit-learn said of the fixtures (`scripts/interchange/record_fixtures.py`). */
export interface Recorded {
  /** Rows for all models but Shoal's own. */
  readonly x: number[][];
  readonly shoal_sha256: string;
  readonly shoal: number[][];
  readonly sequential: number[][];
  /** After a softmax. */
  readonly functional: number[][];
  readonly classifier: number[][];
  readonly regressor: number[][];
}

export const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../fixtures/interchange/${name}`, import.meta.url)));

export const recorded: Recorded = JSON.parse(new TextDecoder().decode(fixture('recorded.json')));
