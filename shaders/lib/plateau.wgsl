// A metric that is watched for a plateau, as Keras's ReduceLROnPlateau does it; src/train/plateau.ts is the same.

// What has been seen so far.
struct Plateau {
  has_best: u32,
  best: f32,
  wait: u32, // epochs without improvement
  cooling: u32, // epochs that do not count
}

struct PlateauRule {
  sign: f32, // 1.0 where the metric should fall, -1.0 where it should rise
  delta: f32,
  patience: u32,
  cooldown: u32,
}

struct PlateauStep { seen: Plateau, acts: bool }

// WGSL may assume that there are no such numbers: only their bits tell.
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

// `metrics`: loss, accuracy (or mean absolute error), and both of the validation rows.
fn monitored(metrics: vec4f, which: u32) -> f32 {
  return select(select(metrics.w, metrics.z, which == 2u), select(metrics.y, metrics.x, which == 0u), which < 2u);
}

// Nothing is better than NaN, and NaN is better than nothing.
fn improves(sign: f32, delta: f32, current: f32, reference: f32) -> bool {
  return !is_nan(current) && !is_nan(reference) && sign * current + delta < sign * reference;
}

// may_act: whether there is anything left to do; where there is not, nothing is reset.
fn watch_plateau(current: f32, rule: PlateauRule, may_act: bool, before: Plateau) -> PlateauStep {
  var seen = before;
  let better = seen.has_best == 0u || improves(rule.sign, rule.delta, current, seen.best);
  // The epoch in which the cooldown runs out counts already.
  seen.cooling -= min(seen.cooling, 1u);
  seen.has_best = 1u;
  seen.best = select(seen.best, current, better);
  let counts = seen.cooling == 0u;
  let wait = select(seen.wait, seen.wait + 1u, counts);
  seen.wait = select(wait, 0u, better);
  let acts = !better && counts && wait >= rule.patience && may_act;
  seen.cooling = select(seen.cooling, rule.cooldown, acts);
  seen.wait = select(seen.wait, 0u, acts);
  return PlateauStep(seen, acts);
}
