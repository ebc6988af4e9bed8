import { summaryEffort } from './effort.ts';
import { partOf, sampleOf } from './explained-table.ts';
import type { AttributionSummary, GradientSummary, MethodSummary, ShapSummary } from './explanation.ts';
import { integratedGradients } from './integrated-gradients.ts';
import { meanOf, varianceOf } from './interval.ts';
import { meanRow } from './mean-row.ts';
import { coalitionCount, isExactByDefault } from './shap/game.ts';
import { shapValues } from './shap/shap-values.ts';
import { type ChosenOutputs, chosenOutputs, type PartRows, runOptions, type Work } from './work.ts';

/** Attributions of a sample of the rows, by the methods that are wanted. */
export async function attributionSummary(
  work: Work,
  methods: { readonly shap: boolean; readonly gradients: boolean },
): Promise<AttributionSummary> {
  const { data, options, seed, weights } = work;
  const { mostRows, backgroundRows } = options;
  const coalitions = (pairs: number) => coalitionCount(data.columns.length, pairs);
  const effort = summaryEffort(data.among.length, weights, coalitions);
  const places = sampleOf(data, mostRows ?? effort.rows, seed, 1);
  const part = partOf(data, places);
  const chosen = await chosenOutputs(work, part);
  const rows = Array.from(places, (place, i) => {
    const output = chosen.outputs[i] as number;
    const prediction = chosen.predictions[i * chosen.units + output] as number;
    return { row: data.rows[place] as number, output, prediction, cells: data.cells(place) };
  });
  if (places.length < data.among.length) {
    work.notes.push(`attributions are of ${places.length} of the ${data.among.length} rows, drawn at random`);
  }
  const settings = { pairs: effort.pairs, backgroundRows: backgroundRows ?? effort.backgroundRows };
  return {
    rows,
    ...(methods.shap && { shap: await shapSummary(work, part, chosen, settings) }),
    ...(methods.gradients && { gradients: await gradientSummary(work, part, chosen) }),
  };
}

async function shapSummary(
  work: Work,
  part: PartRows,
  { outputs }: ChosenOutputs,
  { pairs, backgroundRows }: { readonly pairs: number; readonly backgroundRows: number },
): Promise<ShapSummary> {
  const { seed, scale, data } = work;
  const background = backgroundOf(work, backgroundRows);
  const found = await shapValues(work.model, part, {
    ...runOptions(work, 'SHAP values'),
    ...{ background, backgroundRows, pairs, seed, outputs, scale },
  });
  return {
    ...sizesOf(found.map(({ values }) => values)),
    backgroundRows: background.rows,
    ...(!isExactByDefault(data.columns.length) && { pairs }),
  };
}

/** Rows whose values stand for "not known": drawn from all rows. */
export function backgroundOf({ data, seed }: Work, most: number): PartRows {
  return partOf(data, sampleOf(data, most, seed, 2));
}

async function gradientSummary(
  work: Work,
  part: PartRows,
  { outputs }: ChosenOutputs,
): Promise<GradientSummary> {
  const found = await integratedGradients(work.model, part, {
    ...runOptions(work, 'integrated gradients'),
    ...{ outputs, scale: work.scale, baseline: meanRow(work) },
  });
  const largestRemainder = Math.max(...found.map(({ remainder }) => Math.abs(remainder)));
  return { ...sizesOf(found.map(({ values }) => values)), largestRemainder };
}

function sizesOf(values: readonly (readonly number[])[]): MethodSummary {
  const columns = values[0]?.map((_, column) => column) ?? [];
  const sizes = columns.map((column) => {
    const own = values.map((row) => Math.abs(row[column] as number));
    const standardError = own.length > 1 ? Math.sqrt(varianceOf(own, 1) / own.length) : Number.NaN;
    return { mean: meanOf(own), standardError };
  });
  return { values, sizes };
}
