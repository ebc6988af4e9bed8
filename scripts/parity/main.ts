// Runs recorded cases of Keras, numpy and scikit-learn and compares: npm run parity -- DIR... [--engine NAME] [--data DIR]
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { type Mapping, mappings } from '../../src/engine/whole-runner.ts';
import { cpuEngine, type Engine, ShoalError, UsageError, wasmEngine, webgpuEngine } from '../../src/index.ts';
import { openDawn } from '../../src/node.ts';
import { caseData } from './case-data.ts';
import { isKerasCase } from './keras-case.ts';
import { type Deviation, runKerasCase } from './run-keras-case.ts';
import { runSklearnCase } from './sklearn-case.ts';

interface CaseResult {
  readonly file: string;
  readonly engine: string;
  readonly deviations: readonly Deviation[];
  readonly failed: readonly Deviation[];
  /** Why the case could not be compared; it has failed then. */
  readonly error?: string;
}

interface Options {
  readonly engine: 'all' | 'cpu' | 'webgpu' | Mapping;
  readonly data: string;
  readonly json?: boolean;
}

const mismatchExitCode = 4;

const program = new Command('parity')
  .description('Compares recorded runs of Keras and values of numpy and scikit-learn with Shoal.')
  .argument('<path...>', 'case files, or folders of them')
  .addOption(
    new Option('--engine <name>', 'which engines run the trainings')
      .choices(['all', 'cpu', 'webgpu', ...mappings])
      .default('all'),
  )
  .option(
    '--data <folder>',
    'folder of the data sets that cases name (breast_cancer: breast-cancer.csv)',
    'test/data-sets',
  )
  .option('--json', 'print one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run parity -- test/golden/keras test/golden/sklearn
  $ npm run parity -- --engine cpu --data ../data my-cases`,
  )
  .action(run);

async function run(paths: string[], options: Options): Promise<void> {
  const engines = await openEngines(options.engine);
  const results: CaseResult[] = [];
  try {
    for (const file of paths.flatMap(caseFiles)) {
      for (const result of await runFile(file, engines, options.data)) {
        results.push(result);
        if (!options.json) process.stdout.write(`${describeResult(result)}\n`);
      }
    }
  } finally {
    for (const { engine } of engines) engine.close();
  }
  if (results.length === 0)
    throw new UsageError(`path must hold case files, got none in ${paths.join(', ')}`);
  summarise(results, options);
}

/** An engine and what to call it: on WebGPU each way of training is one. */
interface NamedEngine {
  readonly name: string;
  readonly engine: Engine;
}

async function openEngines(name: Options['engine']): Promise<NamedEngine[]> {
  const cpu = [
    { name: 'reference', engine: cpuEngine() },
    { name: 'cpu', engine: wasmEngine() },
  ];
  if (name === 'cpu') return cpu;
  const gpu = await openDawn();
  const chosen = name === 'all' || name === 'webgpu' ? mappings : [name];
  const onGpu = chosen.map((mapping) => ({ name: mapping, engine: webgpuEngine(gpu, { mapping }) }));
  return name === 'all' ? [...cpu, ...onGpu] : onGpu;
}

function caseFiles(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false }))
    throw new UsageError(`path must be a case file or a folder, got ${path}, which does not exist`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}

/** Results of one file, a failed one too where it cannot be compared; none for JSON that is no case. */
async function runFile(file: string, engines: readonly NamedEngine[], data: string): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  let engineName = 'all';
  try {
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const isObject = typeof document === 'object' && document !== null;
    if (!isObject || !isKerasCase(document)) {
      engineName = 'double precision';
      const deviations = isObject ? runSklearnCase(document) : undefined;
      if (deviations) return [judged(file, engineName, deviations)];
      process.stderr.write(`skipped ${file}: no case of Keras, numpy or scikit-learn\n`);
      return [];
    }
    const rows = await caseData(document, data);
    for (const { name, engine } of engines) {
      engineName = name;
      results.push(judged(file, engineName, await runKerasCase(document, rows, engine)));
    }
    return results;
  } catch (problem) {
    const error = problem instanceof Error ? problem.message : String(problem);
    return [...results, { file, engine: engineName, deviations: [], failed: [], error }];
  }
}

function judged(file: string, engine: string, deviations: readonly Deviation[]): CaseResult {
  return {
    file,
    engine,
    deviations,
    failed: deviations.filter(({ worst, tolerance }) => !(worst <= tolerance)),
  };
}

function hasFailed({ failed, error }: CaseResult): boolean {
  return failed.length > 0 || error !== undefined;
}

function describeResult(result: CaseResult): string {
  const { file, engine, deviations, failed, error } = result;
  if (error !== undefined) return `FAILED ${file} [${engine}] ${error}`;
  const shown = deviations.length > 16 ? worstOf(deviations) : deviations;
  const values = shown
    .map(({ what, worst }) => `${what} ${worst === 0 ? '0' : worst.toExponential(1)}`)
    .join(', ');
  const errors = failed.map(
    ({ what, worst, tolerance, where }) => `\n    FAILED ${what}: ${worst} > ${tolerance}, ${where}`,
  );
  return `${hasFailed(result) ? 'FAILED' : 'ok    '} ${file} [${engine}] ${values}${errors.join('')}`;
}

function worstOf(deviations: readonly Deviation[]): Deviation[] {
  return deviations.toSorted((a, b) => b.worst - a.worst).slice(0, 1);
}

function summarise(results: readonly CaseResult[], { json }: Options): void {
  const failed = results.filter(hasFailed).length;
  if (json)
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, command: 'parity', results }, null, 2)}\n`);
  else
    process.stdout.write(
      `\n${results.length - failed} of ${results.length} comparisons within their tolerances\n`,
    );
  process.exitCode = failed > 0 ? mismatchExitCode : 0;
}

program
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(
      `error: ${error instanceof ShoalError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = error instanceof ShoalError ? error.exitCode : 1;
  })
  // Dawn may keep the event loop alive after its device is gone.
  .finally(() => process.stdout.write('', () => process.exit()));
