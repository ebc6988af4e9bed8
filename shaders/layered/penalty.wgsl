// The L1 and L2 penalty of each weight tensor (Keras's L1L2: no 1/2, not divided by the batch).
//   penalties[trial, tensor] = l1 * sum |w| + l2 * sum w^2
// One workgroup a tensor and trial; lane i adds the weights i, i + 64, ..., then the lanes in a fixed tree.
const HYPER_STRIDE: u32 = 16u;
const PARAMETERS: u32 = 4u;
const TENSORS: u32 = 1u;
const TENSOR_OFFSETS = array<u32, 2>(0u, 4u);

// begin lib/hyper.wgsl
const PENALTIES: u32 = 10u;
// end

@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> penalties: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn penalty(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let trial = slots[group.z];
  let tensor = group.x;
  let l1 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor];
  let l2 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor + 1u];
  var sum = 0.0;
  for (var i = TENSOR_OFFSETS[tensor] + lane; i < TENSOR_OFFSETS[tensor + 1u]; i += 64u) {
    let w = parameters[trial * PARAMETERS + i];
    sum += l1 * abs(w) + l2 * w * w;
  }
  partial[lane] = sum;
  for (var width = 32u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) { partial[lane] += partial[lane + width]; }
  }
  if (lane == 0u) { penalties[trial * TENSORS + tensor] = partial[0]; }
}
