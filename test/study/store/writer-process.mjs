// Writes a study until it is killed, seven trials a transaction. Says on standard output what is saved for certain:
// `planned N` and `finished N` are numbers of trials. Arguments: the study, when to stop by itself (trials), and how long
// to rest after each batch (milliseconds).
import { writeSync } from 'node:fs';
import { StudyStore } from '../../../dist/study/store/study-store.js';

const [path, most, rest] = process.argv.slice(2);
const clock = new Int32Array(new SharedArrayBuffer(4));
const batch = 7;
const curve = Float32Array.from({ length: 192 }, (_, i) => i);
const indices = (first) => Array.from({ length: batch }, (_, i) => first + i);
const say = (line) => writeSync(1, `${line}\n`);

try {
  const store = StudyStore.open(path);
  let finished = store.load().results.filter(Boolean).length;
  say(`opened ${finished}`);
  for (; finished < Number(most); finished += batch) {
    if (store.planned === finished) store.plan(indices(finished).map(trial));
    say(`planned ${finished + batch}`);
    store.finish(indices(finished).map(result), { spans: [span(finished)] });
    say(`finished ${finished + batch}`);
    Atomics.wait(clock, 0, 0, Number(rest));
  }
  store.close();
} catch (error) {
  say(`${error.name}: ${error.message}`);
  process.exitCode = error.exitCode ?? 99;
}

function trial(index) {
  return { index, round: 0, parameters: { index }, point: Float64Array.of(index), state: 'waiting' };
}

function result(index) {
  const values = Float64Array.of(index);
  const [startedMs, endedMs] = [index, index + 1];
  const metrics = { val_loss: index };
  const rest = { epochs: 1, weights: 1, curve, startedMs, endedMs };
  return { index, state: 'complete', values, runs: values, rungs: values, metrics, ...rest };
}

function span(round) {
  return { startMs: round, endMs: round + 1, label: 'batch', round, runs: batch };
}
