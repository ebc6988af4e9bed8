import { InvalidArgumentError, Option } from 'commander';
import { type MappingChoice, mappingChoices } from '../engine/webgpu/planner.ts';

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || text.trim() === '') {
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A number from `least` to `most`. */
export function numberBetween(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || value > most || text.trim() === '') {
      throw new InvalidArgumentError(
        `It must be a number ${most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`}.`,
      );
    }
    return value;
  };
}

/** Rows of a mini-batch, or `auto`. */
export function batchSize(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1)(text);
}

/** Comma-separated whole numbers, as in `64,32`; `none` for an empty list. */
export function widths(text: string): number[] {
  if (text === 'none') return [];
  return text.split(',').map(wholeNumber(1));
}

export const engineOption = () =>
  new Option('--engine <name>', 'where to compute; auto takes a GPU where there is one, else the CPU')
    .choices(['auto', 'webgpu', 'cpu'])
    .default('auto');

/** @param usual what is taken where nothing is said: kernels that hold whole trainings take seconds to compile */
export const mappingOption = (usual: MappingChoice) =>
  new Option('--mapping <name>', 'on WebGPU: a lane or a subgroup a trial, or layer by layer')
    .choices(mappingChoices)
    .default(usual);

export const jsonOption = () => new Option('--json', 'print one JSON document instead of text');
