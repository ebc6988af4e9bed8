// How far a trial has come: a row of `progress` from one submit to the next. Of its PROGRESS_STRIDE words these come
// first; where some trial has policies, those of lib/policies.wgsl follow.
// begin the kernel's own
const PROGRESS_STRIDE: u32 = 16u;
struct Chunk { one: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(6) var<storage, read_write> progress: array<u32>;
// end
// begin lib/plateau.wgsl
struct Plateau { has_best: u32, best: f32, wait: u32, cooling: u32 }
// end
const PROGRESS_WORDS: u32 = 16u;

const RUNNING: u32 = 0u;
const FINISHED: u32 = 1u; // all epochs are done
const STOPPED: u32 = 2u; // by early stopping
const DIVERGED: u32 = 3u; // by a loss that is not finite

struct Progress {
  status: u32,
  epoch: u32, // epochs that are done
  step: u32, // steps that are done
  rate: f32,
  plateau: Plateau,
  stop_has_best: u32,
  stop_best: f32,
  stop_wait: u32,
  best_epoch: u32, // the epoch whose weights are kept, from 1; 0: none
  diverged_at: u32, // the first epoch whose loss was not finite, from 1; 0: none
}

fn load_progress(slot: u32) -> Progress {
  var words: array<u32, PROGRESS_WORDS>;
  for (var word = 0u; word < PROGRESS_WORDS * chunk.one; word++) { words[word] = progress[slot * PROGRESS_STRIDE + word]; }
  return Progress(
    words[0], words[1], words[2], bitcast<f32>(words[3]),
    Plateau(words[4], bitcast<f32>(words[5]), words[6], words[7]),
    words[8], bitcast<f32>(words[9]), words[10], words[11], words[12],
  );
}

fn store_progress(slot: u32, p: Progress) {
  var words = array<u32, PROGRESS_WORDS>(
    p.status, p.epoch, p.step, bitcast<u32>(p.rate),
    p.plateau.has_best, bitcast<u32>(p.plateau.best), p.plateau.wait, p.plateau.cooling,
    p.stop_has_best, bitcast<u32>(p.stop_best), p.stop_wait, p.best_epoch, p.diverged_at, 0u, 0u, 0u,
  );
  for (var word = 0u; word < PROGRESS_WORDS * chunk.one; word++) { progress[slot * PROGRESS_STRIDE + word] = words[word]; }
}
