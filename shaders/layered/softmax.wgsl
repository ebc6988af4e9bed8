// Turns rows of logits into class probabilities, in place.
//   outputs[trial, row, unit] = exp(z_unit - max z) / sum exp(z - max z)
// One lane a row.
const UNITS: u32 = 2u;
const UNIT_STRIDE: u32 = 4u;
const ROWS: u32 = 32u;

// begin lib/step.wgsl
struct Step { rows: u32 }
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read_write> outputs: array<f32>;

@compute @workgroup_size(64)
fn softmax(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.y * groups.x + group.x) * 64u + lane;
  if (row >= step.rows) { return; }
  let at = (slots[group.z] * ROWS + row) * UNIT_STRIDE;
  var highest = outputs[at];
  for (var unit = 1u; unit < UNITS; unit++) { highest = max(highest, outputs[at + unit]); }
  var total = 0.0;
  for (var unit = 0u; unit < UNITS; unit++) {
    let e = exp(outputs[at + unit] - highest);
    outputs[at + unit] = e;
    total += e;
  }
  for (var unit = 0u; unit < UNITS; unit++) { outputs[at + unit] /= total; }
}
