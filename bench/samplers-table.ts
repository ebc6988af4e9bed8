import { mannWhitney } from './mann-whitney.ts';
import { short, table } from './report.ts';
import type { Searches } from './samplers.ts';
import { quartiles } from './statistics.ts';

/** A minimum found to within this counts as found: which of two such values is smaller does not matter to anyone. */
const resolution = 1e-6;

/** Shoal's searches, each beside Optuna's with as many trials and as many at once. */
export function samplersTable(searches: readonly Searches[]): string {
  const head = [
    'sampler',
    'function',
    'at once',
    'trials',
    'Shoal: median (quartiles)',
    'Optuna: median (quartiles)',
    'Shoal better',
    'p',
    '',
  ];
  const rows = searches
    .filter(({ system }) => system === 'Shoal')
    .map((shoal) => {
      const optuna = searches.find((other) => isPeer(other, shoal));
      const texts = [shoal.sampler, shoal.function, `${shoal.batch}`, `${shoal.trials}`, spread(shoal)];
      return optuna ? [...texts, spread(optuna), ...verdict(shoal, optuna)] : [...texts, '', '', '', ''];
    });
  return table(head, rows, 2);
}

function isPeer(other: Searches, shoal: Searches): boolean {
  return (
    other.system === 'Optuna' &&
    other.sampler === shoal.sampler &&
    other.function === shoal.function &&
    other.batch === shoal.batch &&
    other.trials === shoal.trials
  );
}

function spread({ gaps }: Searches): string {
  const { lower, median, upper } = quartiles(gaps);
  return `${gap(median)} (${gap(lower)} to ${gap(upper)})`;
}

function gap(value: number): string {
  return value <= resolution ? '<1e-6' : value < 0.01 ? value.toExponential(1) : short(value);
}

/** How often Shoal's value is better, how likely that is by chance, and what follows at the level of 5%. */
function verdict(shoal: Searches, optuna: Searches): string[] {
  const rounded = ({ gaps }: Searches) => gaps.map((value) => Math.max(value, resolution));
  const { smaller, p } = mannWhitney(rounded(shoal), rounded(optuna));
  const word = p >= 0.05 ? 'level' : smaller > 0.5 ? 'better' : 'worse';
  return [`${Math.round(100 * smaller)}%`, p < 0.001 ? '<0.001' : p.toFixed(3), word];
}
