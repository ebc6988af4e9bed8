// What Keras's ReduceLROnPlateau, EarlyStopping and TerminateOnNaN decide at the end of an epoch, rule by rule as in
// src/train/callbacks.ts. `metrics`: loss, accuracy (or mean absolute error), and both of the validation rows.
// begin the kernel's own
var<private> own: array<u32, 44>; // the trial's settings
fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }
// end
// begin lib/settings.wgsl
// end
// begin lib/progress.wgsl
// end
// begin lib/plateau.wgsl
// end

// WGSL may assume that there are no such numbers: only their bits tell.
fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }

fn reduce_rate_on_plateau(metrics: vec4f, before: Progress) -> Progress {
  var p = before;
  let which = own[PLATEAU_MONITOR];
  let rule = PlateauRule(
    setting(PLATEAU_SIGN), setting(PLATEAU_DELTA), own[PLATEAU_PATIENCE], own[PLATEAU_COOLDOWN],
  );
  let least = setting(PLATEAU_LEAST);
  let watched = watch_plateau(monitored(metrics, which), rule, p.rate > least, p.plateau);
  p.plateau = watched.seen;
  p.rate = select(p.rate, max(p.rate * setting(PLATEAU_FACTOR), least), watched.acts);
  if (which < 4u) { return p; }
  return before;
}

// The caller keeps the weights where `best_epoch` becomes the epoch that ended.
fn stop_early(metrics: vec4f, before: Progress) -> Progress {
  var p = before;
  let which = own[STOP_MONITOR];
  let current = monitored(metrics, which);
  let sign = setting(STOP_SIGN);
  let delta = setting(STOP_DELTA);
  let better = p.stop_has_best == 0u || improves(sign, delta, current, p.stop_best);
  let beats_baseline = own[STOP_HAS_BASELINE] == 0u
    || improves(sign, delta, current, setting(STOP_BASELINE));
  p.stop_has_best = 1u;
  p.stop_best = select(p.stop_best, current, better);
  p.best_epoch = select(p.best_epoch, p.epoch, better && own[STOP_KEEPS] == 1u);
  p.stop_wait = select(p.stop_wait + 1u, 0u, better && beats_baseline);
  let stops = !better && p.stop_wait >= own[STOP_PATIENCE];
  p.status = select(p.status, STOPPED, stops);
  if (which < 4u && before.epoch > own[STOP_FROM]) { return p; }
  return before;
}

// `before.epoch` counts the epoch that ended.
fn end_epoch(metrics: vec4f, before: Progress) -> Progress {
  var p = before;
  p.status = select(RUNNING, FINISHED, p.epoch >= own[EPOCHS]);
  let diverged = !is_finite(metrics.x);
  p.diverged_at = select(p.diverged_at, p.epoch, diverged && p.diverged_at == 0u);
  p = stop_early(metrics, reduce_rate_on_plateau(metrics, p));
  p.status = select(p.status, DIVERGED, diverged && own[STOP_ON_NAN] == 1u);
  return p;
}
