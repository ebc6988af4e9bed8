// Runs recorded cases of Keras, numpy and scikit-learn and compares: npm run parity -- DIR... [--engine NAME] [--data DIR]
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { cpuEngine, type Engine, ShoalError, UsageError, webgpuEngine } from '../../src/index.ts';
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
}

interface Options {
  readonly engine: 'all' | 'cpu' | 'webgpu';
  readonly data: string;
  readonly json?: boolean;
}

const mismatchExitCode = 4;

const program = new Command('parity')
  .description('Compares recorded runs of Keras and values of numpy and scikit-learn with Shoal.')
  .argument('<path...>', 'case files, or folders of them')
  .addOption(
    new Option('--engine <name>', 'which engines run the trainings')
      .choices(['all', 'cpu', 'webgpu'])
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
    for (const engine of engines) engine.close();
  }
  summarise(results, options);
}

async function openEngines(name: Options['engine']): Promise<Engine[]> {
  const engines = name === 'webgpu' ? [] : [cpuEngine()];
  return name === 'cpu' ? engines : [...engines, webgpuEngine(await openDawn())];
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

async function runFile(file: string, engines: readonly Engine[], data: string): Promise<CaseResult[]> {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  if (!isKerasCase(document)) {
    const deviations = runSklearnCase(document);
    if (!deviations)
      throw new UsageError(
        `${file} must be a case of Keras, numpy or scikit-learn, but its format is none of theirs`,
      );
    return [judged(file, 'double precision', deviations)];
  }
  const rows = await caseData(document, data);
  const results: CaseResult[] = [];
  for (const engine of engines)
    results.push(judged(file, engine.kind, await runKerasCase(document, rows, engine)));
  return results;
}

function judged(file: string, engine: string, deviations: readonly Deviation[]): CaseResult {
  return {
    file,
    engine,
    deviations,
    failed: deviations.filter(({ worst, tolerance }) => !(worst <= tolerance)),
  };
}

function describeResult({ file, engine, deviations, failed }: CaseResult): string {
  const shown = deviations.length > 16 ? worstOf(deviations) : deviations;
  const values = shown
    .map(({ what, worst }) => `${what} ${worst === 0 ? '0' : worst.toExponential(1)}`)
    .join(', ');
  const errors = failed.map(
    ({ what, worst, tolerance, where }) => `\n    FAILED ${what}: ${worst} > ${tolerance}, ${where}`,
  );
  return `${failed.length === 0 ? 'ok    ' : 'FAILED'} ${file} [${engine}] ${values}${errors.join('')}`;
}

function worstOf(deviations: readonly Deviation[]): Deviation[] {
  return deviations.toSorted((a, b) => b.worst - a.worst).slice(0, 1);
}

function summarise(results: readonly CaseResult[], { json }: Options): void {
  const failed = results.filter((result) => result.failed.length > 0).length;
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
