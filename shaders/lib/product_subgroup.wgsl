enable subgroups;
// A matrix product for adapters that compute on the CPU: result[i, j] = sum over s, ascending, of p[i, s] * q[s, j].
// One subgroup is one workgroup and computes 4 LANES rows by 4 LANES columns. Lane l loads the rows 4l..4l+3 of p and
// hands them round by shuffles with literal lanes; each lane sums four columns of its own in registers.
const LANES: u32 = 8u; // lanes of a subgroup: 4, 8 or 16
const GROUP_X: u32 = LANES;
const GROUP_Y: u32 = 1u;

// begin the kernel's own
const P_BY_STEPS: u32 = 0u;
const Q_BY_COLUMNS: u32 = 0u;
fn row_count() -> u32 { return 1u; }
fn step_count() -> u32 { return 1u; }
fn p_quad(line: u32, quad: u32) -> vec4f { return vec4f(f32(line + quad)); }
fn q_quad(line: u32, quad: u32) -> vec4f { return vec4f(f32(line + quad)); }
fn finish(row: u32, quad: u32, sum: vec4f) { }
fn finish_column_sums(quad: u32, sum: vec4f) { }
// end

alias Sums = array<vec4f, 4u * LANES>;

// Four lines of a stored matrix, four elements each.
fn p_lines(line: u32, quad: u32) -> mat4x4f {
  return mat4x4f(p_quad(line, quad), p_quad(line + 1u, quad), p_quad(line + 2u, quad), p_quad(line + 3u, quad));
}
fn q_lines(line: u32, quad: u32) -> mat4x4f {
  return mat4x4f(q_quad(line, quad), q_quad(line + 1u, quad), q_quad(line + 2u, quad), q_quad(line + 3u, quad));
}

// Four steps of four rows (row by row), and four columns at four steps (step by step).
fn p_block(rows: u32, steps: u32) -> mat4x4f {
  if (P_BY_STEPS == 1u) { return transpose(p_lines(4u * steps, rows)); }
  return p_lines(4u * rows, steps);
}
fn q_block(steps: u32, columns: u32) -> mat4x4f {
  if (Q_BY_COLUMNS == 1u) { return transpose(q_lines(4u * columns, steps)); }
  return q_lines(4u * steps, columns);
}

// Adds four steps to the rows of lane l, which must be a literal: sums indexed at run time would live in memory.
fn add_rows(sums: ptr<function, Sums>, p: mat4x4f, l: u32, q: mat4x4f) {
  for (var c = 0u; c < 4u; c++) {
    let a = subgroupShuffle(p[c], l);
    let i = 4u * l + c;
    sums[i] = (((sums[i] + a.x * q[0]) + a.y * q[1]) + a.z * q[2]) + a.w * q[3];
  }
}

fn product(group: vec3u, lane: u32) {
  let first = group.y * LANES; // rows and columns are counted in fours
  let column = group.x * LANES + lane;
  var sums: Sums;
  var column_sums: vec4f;
  for (var s = 0u; s < (step_count() + 3u) / 4u; s++) {
    let p = p_block(first + lane, s);
    let q = q_block(s, column);
    column_sums = (((column_sums + q[0]) + q[1]) + q[2]) + q[3];
    add_rows(&sums, p, 0u, q); add_rows(&sums, p, 1u, q); add_rows(&sums, p, 2u, q); add_rows(&sums, p, 3u, q);
    if (LANES > 4u) {
      add_rows(&sums, p, 4u, q); add_rows(&sums, p, 5u, q); add_rows(&sums, p, 6u, q); add_rows(&sums, p, 7u, q);
    }
    if (LANES > 8u) {
      add_rows(&sums, p, 8u, q); add_rows(&sums, p, 9u, q); add_rows(&sums, p, 10u, q); add_rows(&sums, p, 11u, q);
      add_rows(&sums, p, 12u, q); add_rows(&sums, p, 13u, q); add_rows(&sums, p, 14u, q); add_rows(&sums, p, 15u, q);
    }
  }
  // Only this copy is indexed at run time, so that `sums` stays in registers.
  var done: Sums;
  for (var i = 0u; i < LANES / 4u; i++) {
    for (var j = 0u; j < 16u; j++) { done[16u * i + j] = sums[16u * i + j]; }
  }
  // The bound must not be a constant: drivers would unroll the loop and compile for seconds.
  let rows = min(4u * LANES, row_count() - 4u * first);
  for (var r = 0u; r < rows; r++) { finish(4u * first + r, column, done[r]); }
  if (group.y == 0u) { finish_column_sums(column, column_sums); }
}
