import { DeviceError } from '../../core/errors.ts';

/** A constant's value in WGSL: a number for u32 or f32, or a table of them. */
export type ConstantValue = number | readonly number[];

/**
 * Replaces the values of constants that a shader declares at the start of a line, by name:
 * `const UNITS: u32 = 3u;` with `{ UNITS: 16 }` becomes `const UNITS: u32 = 16u;`, and a table gets the new length.
 * @throws DeviceError for a name that the shader does not declare
 */
export function specialise(code: string, constants: Readonly<Record<string, ConstantValue>>): string {
  return Object.entries(constants).reduce((text, [name, value]) => {
    const declaration = new RegExp(`^const ${name}(: (u32|f32|i32))? = (array<(u32|f32), \\d+>)?.*?;`, 'm');
    if (!declaration.test(text)) throw new DeviceError(`the shader declares no constant ${name}`);
    return text.replace(declaration, (...match: (string | undefined)[]) => {
      const [, annotation = '', scalar, , element = 'u32'] = match;
      if (typeof value === 'number') return `const ${name}${annotation} = ${literal(value, scalar)};`;
      const items = value.map((item) => literal(item, element));
      return `const ${name} = array<${element}, ${value.length}>(${items.join(', ')});`;
    });
  }, code);
}

function literal(value: number, type: string | undefined): string {
  return type === 'f32' ? `f32(${value})` : `${value}${type === 'u32' ? 'u' : ''}`;
}
