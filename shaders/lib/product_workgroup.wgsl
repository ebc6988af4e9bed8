// A matrix product for GPUs: result[i, j] = sum over s, ascending, of p[i, s] * q[s, j].
// A workgroup stages both operands in workgroup memory; each of its 8 x 8 threads sums 4 ROW_QUADS rows by
// 4 COLUMN_QUADS columns in registers.
const ROW_QUADS: u32 = 2u;
const COLUMN_QUADS: u32 = 2u;
const GROUP_X: u32 = 8u;
const GROUP_Y: u32 = 8u;
const STEP_QUADS: u32 = 4u; // steps staged at a time, in fours

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

const TILE_ROWS = GROUP_Y * ROW_QUADS; // in fours
const TILE_COLUMNS = GROUP_X * COLUMN_QUADS;
const THREADS = GROUP_X * GROUP_Y;
var<workgroup> p_tile: array<vec4f, TILE_ROWS * STEP_QUADS * 4u>; // [step][four rows]
var<workgroup> q_tile: array<vec4f, TILE_COLUMNS * STEP_QUADS * 4u>; // [step][four columns]

fn p_lines(line: u32, quad: u32) -> mat4x4f {
  return mat4x4f(p_quad(line, quad), p_quad(line + 1u, quad), p_quad(line + 2u, quad), p_quad(line + 3u, quad));
}
fn q_lines(line: u32, quad: u32) -> mat4x4f {
  return mat4x4f(q_quad(line, quad), q_quad(line + 1u, quad), q_quad(line + 2u, quad), q_quad(line + 3u, quad));
}

// Neighbouring threads take neighbouring addresses, whichever way the matrix is stored.
fn stage_p(first_row: u32, first_step: u32, thread: u32) {
  for (var i = thread; i < TILE_ROWS * STEP_QUADS; i += THREADS) {
    let row = select(i / STEP_QUADS, i % TILE_ROWS, P_BY_STEPS == 1u);
    let step = select(i % STEP_QUADS, i / TILE_ROWS, P_BY_STEPS == 1u);
    var block: mat4x4f; // [step][row]
    if (P_BY_STEPS == 1u) { block = p_lines(4u * (first_step + step), first_row + row); }
    else { block = transpose(p_lines(4u * (first_row + row), first_step + step)); }
    for (var s = 0u; s < 4u; s++) { p_tile[(4u * step + s) * TILE_ROWS + row] = block[s]; }
  }
}
fn stage_q(first_column: u32, first_step: u32, thread: u32) {
  for (var i = thread; i < TILE_COLUMNS * STEP_QUADS; i += THREADS) {
    let column = select(i % TILE_COLUMNS, i / STEP_QUADS, Q_BY_COLUMNS == 1u);
    let step = select(i / TILE_COLUMNS, i % STEP_QUADS, Q_BY_COLUMNS == 1u);
    var block: mat4x4f; // [step][column]
    if (Q_BY_COLUMNS == 1u) { block = transpose(q_lines(4u * (first_column + column), first_step + step)); }
    else { block = q_lines(4u * (first_step + step), first_column + column); }
    for (var s = 0u; s < 4u; s++) { q_tile[(4u * step + s) * TILE_COLUMNS + column] = block[s]; }
  }
}

fn product(group: vec3u, thread: u32) {
  let x = thread % GROUP_X;
  let y = thread / GROUP_X;
  let first_row = group.y * TILE_ROWS;
  let first_column = group.x * TILE_COLUMNS;
  var sums: array<mat4x4f, ROW_QUADS * COLUMN_QUADS>; // [four rows][four columns]
  var column_sums: array<vec4f, COLUMN_QUADS>;
  for (var first_step = 0u; 4u * first_step < step_count(); first_step += STEP_QUADS) {
    stage_p(first_row, first_step, thread);
    stage_q(first_column, first_step, thread);
    workgroupBarrier();
    for (var s = 0u; s < 4u * STEP_QUADS; s++) {
      for (var c = 0u; c < COLUMN_QUADS; c++) {
        let q = q_tile[s * TILE_COLUMNS + c * GROUP_X + x];
        column_sums[c] += q;
        for (var r = 0u; r < ROW_QUADS; r++) {
          let p = p_tile[s * TILE_ROWS + r * GROUP_Y + y];
          sums[r * COLUMN_QUADS + c] += mat4x4f(p.x * q, p.y * q, p.z * q, p.w * q);
        }
      }
    }
    workgroupBarrier();
  }
  for (var c = 0u; c < COLUMN_QUADS; c++) {
    let column = first_column + c * GROUP_X + x;
    for (var i = 0u; i < 4u * ROW_QUADS; i++) {
      let row = 4u * (first_row + i / 4u * GROUP_Y + y) + i % 4u;
      if (row < row_count()) { finish(row, column, sums[i / 4u * COLUMN_QUADS + c][i % 4u]); }
    }
    if (group.y == 0u && y == 0u) { finish_column_sums(column, column_sums[c]); }
  }
}
