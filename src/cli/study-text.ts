import type { ParameterValue } from '../study/space-types.ts';

/** Five significant digits at most. */
export function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

export function valueText(value: ParameterValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? short(value) : typeof value === 'string' ? value : JSON.stringify(value);
}

export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
