// What every optimiser starts from: the gradient of loss and penalties, clipped as Keras clips it.
// CLIPPING: 0 none, 1 each element by value, 2 each tensor by its norm, 3 all tensors by their common norm.
// begin the kernel's own
const HYPER_STRIDE: u32 = 16u;
const PARAMETERS: u32 = 4u;
const TENSORS: u32 = 1u;
const TENSOR_OFFSETS = array<u32, 2>(0u, 4u);
const CLIPPING: u32 = 0u;
const CLIP: u32 = 7u;
const PENALTIES: u32 = 10u;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(4) var<storage, read> gradients: array<f32>;
@group(0) @binding(5) var<storage, read> norms: array<f32>;
// end

fn tensor_of(index: u32) -> u32 {
  var tensor = 0u;
  for (var next = 1u; next < TENSORS; next++) {
    if (index >= TENSOR_OFFSETS[next]) { tensor = next; }
  }
  return tensor;
}

fn clip_scale(trial: u32, tensor: u32, limit: f32) -> f32 {
  var squared = norms[trial * TENSORS + tensor];
  if (CLIPPING == 3u) {
    squared = 0.0;
    for (var other = 0u; other < TENSORS; other++) { squared += norms[trial * TENSORS + other]; }
  }
  return limit / max(sqrt(squared), limit);
}

fn regularized_gradient(trial: u32, index: u32) -> f32 {
  let tensor = tensor_of(index);
  let row = trial * HYPER_STRIDE;
  let w = parameters[trial * PARAMETERS + index];
  let l1 = hyper[row + PENALTIES + 2u * tensor];
  let l2 = hyper[row + PENALTIES + 2u * tensor + 1u];
  let g = gradients[trial * PARAMETERS + index] + l1 * sign(w) + 2.0 * l2 * w;
  if (CLIPPING == 0u) { return g; }
  let limit = hyper[row + CLIP];
  if (CLIPPING == 1u) { return clamp(g, -limit, limit); }
  return g * clip_scale(trial, tensor, limit);
}
