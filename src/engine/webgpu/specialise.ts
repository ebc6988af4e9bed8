import { DeviceError } from '../../core/errors.ts';

/** A constant's value in WGSL: a whole number for u32 (or a fraction for f32), or a table of whole numbers. */
export type ConstantValue = number | readonly number[];

/**
 * Replaces the values of constants that a shader declares at the start of a line, by name:
 * `const UNITS: u32 = 3u;` with `{ UNITS: 16 }` becomes `const UNITS: u32 = 16u;`.
 * @throws DeviceError for a name that the shader does not declare
 */
export function specialise(code: string, constants: Readonly<Record<string, ConstantValue>>): string {
  return Object.entries(constants).reduce((text, [name, value]) => {
    const declaration = new RegExp(`^const ${name}(: (u32|f32|i32))? = .*?;`, 'm');
    if (!declaration.test(text)) throw new DeviceError(`the shader declares no constant ${name}`);
    return text.replace(declaration, (_, annotation: string | undefined, type: string | undefined) =>
      typeof value === 'number'
        ? `const ${name}${annotation ?? ''} = ${literal(value, type)};`
        : `const ${name} = array<u32, ${value.length}>(${value.map((item) => `${item}u`).join(', ')});`,
    );
  }, code);
}

function literal(value: number, type: string | undefined): string {
  return type === 'f32' ? `f32(${value})` : `${value}${type === 'u32' ? 'u' : ''}`;
}
