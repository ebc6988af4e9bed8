// As many multiply-adds as the device can do: a loop that touches nothing but registers.
//   x = x * factor + addend, in 12 chains that do not wait for each other
// The chains start from different values and their sum is stored, so that no compiler may merge them or leave the loop
// out. Scalars, since chains of vec4f reached only two thirds as much on lavapipe; the inner loop is to be unrolled.
const ITERATIONS: u32 = 256u;

@group(0) @binding(0) var<storage, read> coefficients: array<f32>; // factor, addend
@group(0) @binding(1) var<storage, read_write> results: array<f32>;

@compute @workgroup_size(64)
fn multiply_add_peak(@builtin(global_invocation_id) id: vec3u) {
  let factor = coefficients[0];
  let addend = coefficients[1];
  let start = f32(id.x);
  var a = start + 0.0;
  var b = start + 1.0;
  var c = start + 2.0;
  var d = start + 3.0;
  var e = start + 4.0;
  var f = start + 5.0;
  var g = start + 6.0;
  var h = start + 7.0;
  var i = start + 8.0;
  var j = start + 9.0;
  var k = start + 10.0;
  var l = start + 11.0;
  for (var iteration = 0u; iteration < ITERATIONS; iteration++) {
    for (var unrolled = 0u; unrolled < 8u; unrolled++) {
      a = fma(a, factor, addend);
      b = fma(b, factor, addend);
      c = fma(c, factor, addend);
      d = fma(d, factor, addend);
      e = fma(e, factor, addend);
      f = fma(f, factor, addend);
      g = fma(g, factor, addend);
      h = fma(h, factor, addend);
      i = fma(i, factor, addend);
      j = fma(j, factor, addend);
      k = fma(k, factor, addend);
      l = fma(l, factor, addend);
    }
  }
  results[id.x % arrayLength(&results)] = a + b + c + d + e + f + g + h + i + j + k + l;
}
