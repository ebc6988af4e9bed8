import { describe, expect, it } from 'vitest';
import { unroll } from '../../../src/engine/webgpu/unroll.ts';
import { DeviceError } from '../../../src/index.ts';

const bare = (code: string) => code.replace(/[{}\s]+/g, ' ').trim();

describe('unroll', () => {
  it('writes out marked loops, with bounds from constants, tables and the loops around', () => {
    const code = `const WIDTHS = array<u32, 2>(2u, 1u);
fn f() {
  for (var l = 0u; l < 2u; l++) { // unroll
    for (var i = 0u; i < WIDTHS[l]; i++) { // unroll
      a[WIDTHS[l] * 4u + i] += f32(l);
    }
  }
}`;
    expect(bare(unroll(code).split('fn f() ')[1] as string)).toBe(
      'a[8u] += f32(0u); a[9u] += f32(0u); a[4u] += f32(1u);',
    );
  });

  it('counts down, and leaves loops that are not marked', () => {
    const code = `for (var l = 3u; l > 1u; l--) { // unroll
  a[l - 1u] = b;
}
for (var i = 0u; i < 2u; i++) {
  c[i] = d;
}`;
    expect(bare(unroll(code))).toBe('a[2u] = b; a[1u] = b; for (var i = 0u; i < 2u; i++) c[i] = d;');
  });

  it('decides marked conditions and keeps the branch that holds', () => {
    const code = `const KIND: u32 = 2u;
for (var l = 0u; l < 2u; l++) { // unroll
  if (l + 1u < 2u && KIND == 2u) { // static
    first(l);
  } else {
    last(l);
  }
}`;
    expect(bare(unroll(code))).toBe('const KIND: u32 = 2u; first(0u); last(1u);');
  });

  it('knows the smaller of two bounds', () => {
    const code = `const WIDTH: u32 = 6u;
for (var q = 0u; q < 2u; q++) { // unroll
  for (var u = 4u * q; u < min(4u * q + 4u, WIDTH); u++) { // unroll
    f(u);
  }
}`;
    expect(bare(unroll(code))).toBe('const WIDTH: u32 = 6u; f(0u); f(1u); f(2u); f(3u); f(4u); f(5u);');
  });

  it('cuts marked arrays and loops into blocks', () => {
    const code = `const LENGTH: u32 = 20u;
var<private> weights: array<vec4f, LENGTH>; // blocks
fn load() {
  for (var k = 0u; k < LENGTH * chunk.one; k++) { // blocks
    weights[k] = state[at(k)];
  }
  weights[17u][2u] = weights[3u].x;
  f(other[17u]);
}
fn g(k: u32) { weights[k] = vec4f(); }`;
    const text = unroll(code);
    expect(text).toContain('var<private> weights: array<array<vec4f, 16>, 2>;');
    expect(text).toContain('k < 16u * chunk.one; k++) {\n    weights[0u][k] = state[at((0u + k))];');
    expect(text).toContain('k < 4u * chunk.one; k++) {\n    weights[1u][k] = state[at((16u + k))];');
    expect(text).toContain('weights[1u][1u][2u] = weights[0u][3u].x;');
    expect(text).toContain('f(other[17u]);');
    expect(text).toContain('weights[k / 16u][k % 16u] = vec4f();');
  });

  it.each([
    [
      'a bound that is no constant',
      'for (var i = 0u; i < count; i++) { // unroll\n}',
      /must be a constant, got count/,
    ],
    ['a loop without an end', 'for (var i = 0u; i < 1u; i++) { // unroll\n', /must end with a brace/],
  ])('refuses %s', (_, code, message) => {
    expect(() => unroll(code)).toThrow(DeviceError);
    expect(() => unroll(code)).toThrow(message);
  });
});
