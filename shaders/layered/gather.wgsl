// Copies the rows of one mini-batch, in each trial's own order, to where the first layer reads them.
//   batch_features[trial, row, :] = features[order(first_row + row), :], and the labels likewise
// One lane a group of four features of one row. LABELS: targets of a row and, last, its sample weight.
const HYPER_STRIDE: u32 = 16u;
const INPUT_STRIDE: u32 = 16u; // a multiple of 4
const LABELS: u32 = 2u;
const ROWS: u32 = 32u; // rows that the batch buffers hold

// begin lib/step.wgsl
struct Step { first_row: u32, rows: u32, source_rows: u32, shuffled: u32, epoch: u32 }
// end
// begin lib/hyper.wgsl
const SEED_LOW: u32 = 0u;
const SEED_HIGH: u32 = 1u;
// end
// begin lib/random.wgsl
// end
// begin lib/permutation.wgsl
struct Order { size: u32, shift: u32 }
fn epoch_order(seed: u32, epoch: u32, size: u32) -> Order { return Order(size, seed + epoch); }
fn permuted(order: Order, index: u32) -> u32 { return (index + order.shift) % order.size; }
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> features: array<vec4f>;
@group(0) @binding(4) var<storage, read> labels: array<f32>;
@group(0) @binding(5) var<storage, read_write> batch_features: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> batch_labels: array<f32>;

@compute @workgroup_size(64)
fn gather(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  let fours = INPUT_STRIDE / 4u;
  let row = index / fours;
  let four = index % fours;
  if (row >= step.rows) { return; }
  let trial = slots[group.z];
  var source = step.first_row + row;
  if (step.shuffled == 1u) {
    let seed = u32(hyper[trial * HYPER_STRIDE + SEED_LOW]) | (u32(hyper[trial * HYPER_STRIDE + SEED_HIGH]) << 16u);
    source = permuted(epoch_order(seed, step.epoch, step.source_rows), source);
  }
  batch_features[(trial * ROWS + row) * fours + four] = features[source * fours + four];
  if (four > 0u) { return; }
  for (var label = 0u; label < LABELS; label++) {
    batch_labels[(trial * ROWS + row) * LABELS + label] = labels[source * LABELS + label];
  }
}
