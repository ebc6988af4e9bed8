import { knownOptions, oneOf, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Table } from '../data/table/table.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { columnOrder } from './agreement.ts';
import { attributionSummary } from './attribution-summary.ts';
import { columnDependences, strongestPair } from './column-dependence.ts';
import { importanceRows } from './effort.ts';
import { explainedTable, partOf, sampleOf } from './explained-table.ts';
import { type ExplainMethod, type Explanation, explainMethods } from './explanation.ts';
import { type PermutationImportance, permutationImportance } from './permutation-importance.ts';
import { explainRows, placeOf, typicalRows } from './row-explanation.ts';
import { type ExplainOptions, explainOptionNames, runOptions, type Work, workOf } from './work.ts';

/** Columns whose partial dependence is computed: the most important ones. */
const shownColumns = 6;

/**
 * Explains a model on the rows of a table: which columns matter, what they add in single rows, and how the outputs
 * change with them. Rows are sampled where all would take long; the notes say so.
 *
 * @throws UsageError for options or a model that do not fit, DataError for a table that does not fit the model,
 * CancelledError when the signal is aborted
 */
export async function explain(
  model: Omit<TrainedModel, 'notes' | 'history'>,
  table: Table,
  options: ExplainOptions = {},
): Promise<Explanation> {
  checkOptions(options);
  const data = explainedTable(model, table, options.among);
  for (const row of options.rows ?? []) placeOf(data.rows, row);
  const work = workOf(model, data, options);
  const dropped = (options.among?.length ?? table.rows) - data.among.length;
  if (dropped > 0) work.notes.push(`${dropped} rows with missing cells were left out`);
  const wants = (method: ExplainMethod) => (options.methods ?? explainMethods).includes(method);
  const importance = wants('permutation') ? await importanceOf(work) : undefined;
  const attributions = await attributionsOf(work, { shap: wants('shap'), gradients: wants('gradients') });
  const found = { ...(importance && { importance }), ...attributions, columns: data.columns };
  const top = wants('dependence') ? columnOrder(found).slice(0, shownColumns) : [];
  const dependence = await columnDependences(work, top);
  const [first, second] = top;
  const pair = first !== undefined && second !== undefined && (await strongestPair(work, [first, second]));
  return {
    schemaVersion: 1,
    data: { source: table.source, rows: data.among.length },
    target: data.target,
    ...{ scale: work.scale, outputs: work.outputs, seed: work.seed },
    ...found,
    dependence,
    ...(pair && { pair }),
    notes: work.notes,
  };
}

/** Attributions of many rows, and of those that were asked for (or three typical ones). */
async function attributionsOf(
  work: Work,
  methods: { readonly shap: boolean; readonly gradients: boolean },
): Promise<Pick<Explanation, 'summary' | 'rows'>> {
  if (!methods.shap && !methods.gradients) return { rows: [] };
  const summary = await attributionSummary(work, methods);
  const rows = await explainRows(work, work.options.rows ?? typicalRows(summary), methods);
  return { summary, rows };
}

function checkOptions(options: ExplainOptions): void {
  knownOptions('explain', options, explainOptionNames);
  for (const method of options.methods ?? []) oneOf('methods', method, explainMethods);
  for (const row of options.rows ?? []) wholeNumber('rows', row, 0);
  if (options.mostRows !== undefined) wholeNumber('mostRows', options.mostRows, 2);
  if (options.backgroundRows !== undefined) wholeNumber('backgroundRows', options.backgroundRows, 1);
  wholeNumber('seed', options.seed ?? 0, 0, 0xffffffff);
}

/** Where the table has the target; asked for by name, it must have it. */
async function importanceOf(work: Work): Promise<PermutationImportance | undefined> {
  const { data, options, seed, model, weights, notes } = work;
  const { target, columns } = data;
  const truth = data.truth();
  if (!truth) {
    const problem = `permutation importance needs the target "${target.name}", which the table does not have`;
    if (options.methods) throw new UsageError(`methods must not have permutation here: ${problem}`);
    notes.push(problem);
    return undefined;
  }
  const { repeats = 10, metric } = options;
  const most = options.mostRows ?? importanceRows(data.among.length, columns.length, repeats, weights);
  const places = sampleOf(data, most, seed, 0);
  if (places.length < data.among.length) {
    notes.push(`columns were shuffled on ${places.length} of the ${data.among.length} rows, drawn at random`);
  }
  return permutationImportance(
    model,
    { x: partOf(data, places), y: Float64Array.from(places, (place) => truth[place] as number) },
    { ...runOptions(work, 'permutation importance'), repeats, seed, ...(metric !== undefined && { metric }) },
  );
}
