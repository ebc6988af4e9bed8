import { finiteNumber, knownOptions, oneOf, shown, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { defaultSpace, type SpaceFacts } from './default-space.ts';
import { objectivesOf, usualObjective } from './objectives.ts';
import type { Pruner } from './pruner.ts';
import { createPruner, prunerNames } from './pruners/index.ts';
import type { StudySettings } from './records.ts';
import type { Named } from './registry.ts';
import type { Sampler } from './sampler.ts';
import { createSampler, samplerNames } from './samplers/index.ts';
import type { Constraint } from './space/constraints.ts';
import { searchSpaceFromJSON } from './space/json.ts';
import type { SpaceDefinition } from './space/parameters.ts';
import { defineSpace, type SearchSpace } from './space.ts';
import { type BuildTrial, shapeParameters } from './standard-trial.ts';

/** What a study searches, and how. All of it has a default. */
export interface StudyConfig {
  /** Parameters by name. Default: a space that suits the data (`defaultSpace`). */
  readonly space?: SpaceDefinition;
  readonly constraints?: readonly Constraint[];
  /** Default log_loss, or mse for a regression; see `metricNames`. Several give a Pareto front. */
  readonly objectives?: string | readonly string[];
  /** Default tpe. */
  readonly sampler?: string | Named;
  /** Default asha, from a twentieth of the epochs on; none where the objectives are several. */
  readonly pruner?: string | Named;
  /** Default 5, or 1 (a single part of the rows judges) from 5,000 rows on. */
  readonly folds?: number;
  /** Runs on each fold, with seeds of their own. Default 1. */
  readonly repeats?: number;
  /**
   * Sets of other folds on which the best trials are trained again before one of them is called the best, 20 at most; 0:
   * none, so that the best is the luckiest. Default 3; 0 for a single fold, several objectives or a population, of which
   * the last two allow no other.
   */
  readonly confirm?: number;
  /** Of a training at most. Default 60. */
  readonly epochs?: number;
  /** Default 0. */
  readonly seed?: number;
  /**
   * Trials that are suggested together. Default: a sixteenth of the trials, from 8 to 1024; 64 where time is the limit;
   * the first rounds are smaller, but for samplers that go from step to step.
   */
  readonly roundSize?: number;
  /** Suggest a round while the one before it trains. Default true, but for samplers that go from step to step. */
  readonly overlap?: boolean;
  /** Trials at most. */
  readonly trials?: number;
  /** Seconds at most. Default 30 where `trials` is not given either. */
  readonly seconds?: number;
  /** Turns parameters into a training. Default: by their well-known names (`standardTrial`). */
  readonly build?: BuildTrial;
}

const configOptions = [
  'space',
  'constraints',
  'objectives',
  'sampler',
  'pruner',
  'folds',
  'repeats',
  'confirm',
  'epochs',
  'seed',
  'roundSize',
  'overlap',
  'trials',
  'seconds',
  'build',
] as const satisfies readonly (keyof StudyConfig)[];

const usual = { epochs: 60, seconds: 30, roundSize: 64, folds: 5, confirmSets: 3 } as const;
/** With so many rows one part of them judges well enough. */
const rowsForOneFold = 5000;
/** Each set lays the rows out once more. */
const mostConfirmSets = 20;
/** Three weeks: timers do not count much further. */
const mostSeconds = 21 * 24 * 3600;
/** These learn from each round before the next. */
const sequentialSamplers = ['cmaes', 'gp', 'population-based'];

/** Gives a study's configuration its types: the default export of a `study.config.ts`. */
export function defineStudy(config: StudyConfig): StudyConfig {
  return config;
}

/** How far a study goes. */
export interface StudyLimit {
  readonly trials?: number;
  readonly timeMs?: number;
}

/** @throws UsageError for options that there are not */
export function limitOf({ trials, seconds }: Pick<StudyConfig, 'trials' | 'seconds'>): StudyLimit {
  const time = seconds ?? (trials === undefined ? usual.seconds : undefined);
  return {
    ...(trials !== undefined && { trials: wholeNumber('trials', trials, 1) }),
    ...(time !== undefined && {
      timeMs: 1000 * finiteNumber('seconds', time, { above: 0, most: mostSeconds }),
    }),
  };
}

/** What a configuration leaves open, filled in: as it is stored. */
export type SearchSettings = Pick<
  StudySettings,
  'seed' | 'objectives' | 'space' | 'sampler' | 'pruner' | 'resampling' | 'confirmSets' | 'rounds' | 'epochs'
>;

/** @throws UsageError that names the option, the rule that it breaks and how to mend it */
export function searchSettings(config: StudyConfig, facts: SpaceFacts): SearchSettings {
  knownOptions('the study', config, configOptions);
  const { constraints = [], trials } = config;
  const folds = wholeNumber('folds', config.folds ?? (facts.rows >= rowsForOneFold ? 1 : usual.folds), 1);
  const names = config.objectives ?? usualObjective(facts.task);
  const objectives = objectivesOf(typeof names === 'string' ? [names] : names, facts.task);
  const space = defineSpace(config.space ?? defaultSpace(facts), { constraints });
  const sampler = named('sampler', config.sampler ?? 'tpe', samplerNames);
  const own = { ...samplerDefaults(sampler.name, space), ...sampler };
  const { roundSize = config.roundSize ?? usualRoundSize(trials) } = createSampler(own);
  const epochs = wholeNumber('epochs', config.epochs ?? usual.epochs, 1);
  const asked = named('pruner', config.pruner ?? usualPruner(own.name, objectives.length), prunerNames);
  const pruner = { ...prunerDefaults(asked.name, epochs), ...asked };
  createPruner(pruner);
  if (own.name === 'population-based') checkPopulation(config, pruner.name, roundSize);
  return {
    seed: wholeNumber('seed', config.seed ?? 0, 0, 0xffffffff),
    objectives,
    space: JSON.parse(JSON.stringify(space)),
    sampler: own as StudySettings['sampler'],
    pruner: pruner as StudySettings['pruner'],
    resampling: { folds, repeats: wholeNumber('repeats', config.repeats ?? 1, 1) },
    confirmSets: confirmSets(config.confirm, folds, own.name, objectives.length),
    rounds: {
      size: wholeNumber('roundSize', roundSize, 1),
      overlap: config.overlap ?? !sequentialSamplers.includes(own.name),
      grow: config.roundSize === undefined && !sequentialSamplers.includes(own.name),
    },
    epochs,
  };
}

/** @throws UsageError where nothing would come of it */
function confirmSets(given: number | undefined, folds: number, sampler: string, objectives: number): number {
  const isAllowed = objectives === 1 && sampler !== 'population-based';
  if (given === undefined) return folds > 1 && isAllowed ? usual.confirmSets : 0;
  const sets = wholeNumber('confirm', given, 0, mostConfirmSets);
  if (sets === 0 || isAllowed) return sets;
  throw new UsageError(
    `confirm must be 0 with ${objectives > 1 ? 'several objectives, of which no trial is the best' : 'the sampler population-based, whose trials go on from others'}, got ${sets}`,
  );
}

function named(kind: string, value: string | Named, names: readonly string[]): Named {
  if (typeof value === 'string') return { name: oneOf(kind, value, names) };
  if (typeof value === 'object' && value !== null) return value;
  throw new UsageError(`${kind} must be a name or an object with one, got ${shown(value)}`);
}

/** A population of 32 whose members keep the shape of their networks. */
function samplerDefaults(name: string, { dimensions }: SearchSpace): object {
  if (name !== 'population-based') return {};
  const shapes: readonly string[] = shapeParameters;
  const keep = dimensions.map((dimension) => dimension.name).filter((own) => shapes.includes(own));
  return { population: 32, keep };
}

/** @throws UsageError for what generations that go on from each other's weights do not allow */
function checkPopulation({ overlap, roundSize }: StudyConfig, pruner: string, population: number): void {
  const demand = (name: string, wanted: unknown, got: unknown, why: string) => {
    if (got === wanted) return;
    throw new UsageError(`${name} must be ${wanted} with the sampler population-based, ${why}, got ${got}`);
  };
  demand('pruner', 'none', pruner, 'whose trials go on from those that trained to their end');
  demand('overlap', false, overlap ?? false, 'whose rounds go on from the one before');
  demand('roundSize', population, roundSize ?? population, 'whose rounds are its population');
}

/** With several objectives no single curve says who is behind; a population selects by itself. */
function usualPruner(sampler: string, objectives: number): string {
  return objectives > 1 || sampler === 'population-based' ? 'none' : 'asha';
}

/** While rates are high, as they are at first, losses say little. */
function prunerDefaults(name: string, epochs: number): object {
  return name === 'asha' ? { minEpochs: Math.max(1, Math.round(epochs / 20)) } : {};
}

function usualRoundSize(trials: number | undefined): number {
  if (trials === undefined) return usual.roundSize;
  return Math.min(1024, Math.max(8, Math.round(trials / 16)));
}

/** What runs a study, made from its stored settings. */
export interface StudyParts {
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
}

/**
 * @param constraints functions that the settings could not store, in their order
 * @throws UsageError where they are missing
 */
export function studyParts(
  { space, sampler, pruner }: StudySettings,
  constraints: readonly Constraint[] = [],
): StudyParts {
  const functions = constraints.filter((constraint) => typeof constraint === 'function');
  return {
    space: searchSpaceFromJSON(space, { constraints: functions }),
    sampler: createSampler(sampler),
    pruner: createPruner(pruner),
  };
}
