import { UsageError } from '../core/errors.ts';
import { backgroundOf } from './attribution-summary.ts';
import { partOf } from './explained-table.ts';
import type { AttributionSummary, RowExplanation } from './explanation.ts';
import { integratedGradients } from './integrated-gradients.ts';
import { meanRow } from './mean-row.ts';
import { shapValues } from './shap/shap-values.ts';
import { chosenOutputs, runOptions, type Work } from './work.ts';

const defaultBackground = 100;

/**
 * Explains rows one by one, each as finely as SHAP values are by default.
 * @param rows places in the table
 * @throws UsageError for a row that there is not, or that was left out for missing cells
 */
export async function explainRows(
  work: Work,
  rows: readonly number[],
  methods: { readonly shap: boolean; readonly gradients: boolean },
): Promise<RowExplanation[]> {
  if (rows.length === 0) return [];
  const { model, data, scale, seed } = work;
  const places = rows.map((row) => placeOf(data.rows, row));
  const part = partOf(data, places);
  const { outputs, predictions, units } = await chosenOutputs(work, part);
  const common = { outputs, scale };
  const run = runOptions(work, 'rows one by one');
  const backgroundRows = work.options.backgroundRows ?? defaultBackground;
  const background = backgroundOf(work, backgroundRows);
  const shap =
    methods.shap && (await shapValues(model, part, { ...run, ...common, background, backgroundRows, seed }));
  const gradients =
    methods.gradients &&
    (await integratedGradients(model, part, { ...run, ...common, baseline: meanRow(work) }));
  return places.map((place, i) => {
    const output = outputs[i] as number;
    const truth = data.truthCell(place);
    return {
      row: rows[i] as number,
      output,
      prediction: predictions[i * units + output] as number,
      cells: data.cells(place),
      ...(truth !== undefined && { truth }),
      ...(shap && { shap: pick(shap[i], ['base', 'values', 'standardErrors']) }),
      ...(gradients && { gradients: pick(gradients[i], ['base', 'values', 'remainder', 'steps']) }),
    };
  });
}

function pick<T extends object, K extends keyof T>(from: T | undefined, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from?.[name]])) as Pick<T, K>;
}

/**
 * Place of a row of the table among the usable ones.
 * @throws UsageError for a row that there is not, or that was left out for missing cells
 */
export function placeOf(usable: Int32Array, row: number): number {
  const place = usable.indexOf(row);
  if (place >= 0) return place;
  throw new UsageError(
    `rows must be from 0 to ${usable.at(-1)}, and not left out for missing cells, got ${row}`,
  );
}

/** Three rows of a summary: with the lowest, the middle and the highest prediction. */
export function typicalRows({ rows }: AttributionSummary): number[] {
  const sorted = rows.toSorted((a, b) => a.prediction - b.prediction);
  const chosen = [0, Math.floor((sorted.length - 1) / 2), sorted.length - 1].map((i) => sorted[i]?.row ?? 0);
  return [...new Set(chosen)];
}
