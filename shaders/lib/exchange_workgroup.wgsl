// How the lanes of a trial tell each other numbers: through workgroup memory, on any device.
// begin the kernel's own
const LANES: u32 = 8u;
const PUBLISHED: u32 = 4u; // numbers that each lane publishes
// end
var<workgroup> published: array<f32, PUBLISHED * LANES>;
var<workgroup> summands: array<f32, LANES>;
var<workgroup> agreed: u32;

fn publish(at: u32, lane: u32, value: f32) { published[at * LANES + lane] = value; }
fn sync() { workgroupBarrier(); }

fn shared_value(at: u32, owner: u32, value: f32) -> f32 { return published[at * LANES + owner]; }

// Adds in the order of the lanes.
fn lane_sum(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  summands[lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var other = 0u; other < LANES; other++) { sum += summands[other]; }
  return sum;
}

fn same_for_all(lane: u32, value: u32) -> u32 {
  if (lane == 0u) { agreed = value; }
  return workgroupUniformLoad(&agreed);
}
