import type { ParameterValue } from '../study/space-types.ts';

const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with its thousands set apart. */
export function count(value: number): string {
  return groups.format(value);
}

/** `1 trial`, `2 trials`, `2,000 trials`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A number as people read it: some significant digits, powers of ten only where it is very large or small. */
export function number(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'none' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
    return signed(`${trimmed(mantissa)}e${exponent.replace('+', '')}`);
  }
  if (Number.isInteger(value)) return signed(count(value));
  return signed(size >= 10 ** (digits - 1) ? count(value) : trimmed(value.toPrecision(digits)));
}

/** Without zeros after the last digit that counts. */
function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function signed(text: string): string {
  return text.replaceAll('-', '−');
}

/** A value with its spread, both to the digits that the spread leaves certain: `0.0712 ± 0.011`. */
export function withSpread(value: number, spread: number): string {
  if (!(spread > 0) || !Number.isFinite(spread) || !Number.isFinite(value)) return number(value);
  const decimals = 1 - Math.floor(Math.log10(spread));
  if (decimals > 6 || decimals < 0) return `${number(value)}\u00a0±\u00a0${number(spread, 2)}`;
  return signed(`${value.toFixed(decimals)}\u00a0±\u00a0${spread.toFixed(decimals)}`);
}

/** A share from 0 to 1 as per cent. */
export function percent(share: number): string {
  const value = 100 * share;
  // A space that does not break.
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)}\u00a0%`;
}

/** Milliseconds in words: `430 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Sentences one after the other; those that do not apply are left out. */
export function sentences(...texts: readonly (string | false | undefined)[]): string {
  return texts.filter((text) => text).join(' ');
}

/** A name or value as it may stand in a sentence: long ones are cut. */
export function brief(text: string, longest = 40): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** A parameter's value: lists as networks are written, `16-8`. */
export function valueText(value: ParameterValue | undefined): string {
  if (value === undefined) return 'off';
  if (typeof value === 'number') return number(value, 3);
  if (typeof value === 'string') return value;
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value.length === 0 ? 'none' : value.map(valueText).join('-');
}
