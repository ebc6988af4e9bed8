enable subgroups;
diagnostic(off, subgroup_uniformity);
// How the lanes of a trial tell each other numbers: by shuffles inside of a subgroup, which is the whole workgroup.
// All lanes take the same branches, since they follow one trial, but the compiler cannot know.
// begin the kernel's own
const LANES: u32 = 8u;
// end

// Offers a lane's number under `at`, to be read after `sync`. Shuffles need neither.
fn publish(at: u32, lane: u32, value: f32) { }
fn sync() { }

// The number that lane `owner` has published under `at`; `value` is this lane's own.
fn shared_value(at: u32, owner: u32, value: f32) -> f32 { return subgroupShuffle(value, owner); }

fn lane_sum(lane: u32, value: f32) -> f32 { return subgroupAdd(value); }

// A number that is the same in all lanes, as the compiler may rely on.
fn same_for_all(lane: u32, value: u32) -> u32 { return value; }
