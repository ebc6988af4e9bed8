import { finiteNumber, knownOptions, oneOf, shown, trueOrFalse, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { Dimension, ParameterValue } from '../space-types.ts';
import { type Bins, evenBins, logBins } from './bins.ts';
import type { ChoiceParameter, FreeParameter, NumberParameter } from './parameters.ts';

/** How the values of one parameter lie on the places from 0 to 1. */
export interface Scale {
  readonly kind: Dimension['kind'];
  /** How many values there are; Infinity for a continuous parameter. */
  readonly size: number;
  snap(place: number): number;
  decode(place: number): ParameterValue;
  /** The place of a value; undefined where it is none of the parameter's. */
  encode(value: ParameterValue): number | undefined;
}

/** @throws UsageError that names the parameter and the rule that it breaks */
export function scaleOf(name: string, parameter: FreeParameter): Scale {
  const type = oneOf(`${name}.type`, parameter.type, ['float', 'int', 'choice']);
  if (type === 'choice') return choiceScale(name, parameter as ChoiceParameter);
  return numberScale(name, parameter as NumberParameter);
}

/** A value as text that is the same for equal values, which lists would not be. */
export const valueKey = (value: ParameterValue) => JSON.stringify(value);

/** @throws UsageError unless the value is JSON: text, a finite number, true, false, null or a list of such */
export function checkValue(name: string, value: ParameterValue): void {
  if (Array.isArray(value)) {
    for (const part of value) checkValue(name, part);
    return;
  }
  if (typeof value === 'number') finiteNumber(name, value);
  else if (value !== null && typeof value !== 'string' && typeof value !== 'boolean') {
    throw new UsageError(`${name} must be text, a number, true, false, null or a list, got ${shown(value)}`);
  }
}

function choiceScale(name: string, parameter: ChoiceParameter): Scale {
  knownOptions(name, parameter, ['type', 'values', 'when']);
  const { values } = parameter;
  if (!Array.isArray(values) || values.length === 0) {
    throw new UsageError(`${name}.values must be a list of at least one value, got ${shown(values)}`);
  }
  const indices = new Map<string, number>();
  values.forEach((value, index) => {
    checkValue(`${name}.values[${index}]`, value);
    const key = valueKey(value);
    if (indices.has(key)) {
      throw new UsageError(`${name}.values must differ from each other, got ${key} twice; leave one out`);
    }
    indices.set(key, index);
  });
  const find = (value: ParameterValue) => indices.get(valueKey(value));
  return binnedScale('choice', evenBins(values.length), (index) => values[index] as ParameterValue, find);
}

function numberScale(name: string, parameter: NumberParameter): Scale {
  knownOptions(name, parameter, ['type', 'low', 'high', 'log', 'step', 'when']);
  const { low, high, log = false } = parameter;
  trueOrFalse(`${name}.log`, log);
  checkEnds(name, parameter, log);
  const step = parameter.step ?? (parameter.type === 'int' ? 1 : undefined);
  if (step !== undefined) return steppedScale(name, parameter, step, log);
  if (low === high) return binnedScale('number', evenBins(1), () => low, indexAmong(low, 1, 1));
  return continuousScale(name, low, high, log);
}

function checkEnds(name: string, { type, low, high }: NumberParameter, log: boolean): void {
  for (const [end, value] of Object.entries({ low, high })) {
    if (type === 'int') wholeNumber(`${name}.${end}`, value, -Number.MAX_SAFE_INTEGER);
    else finiteNumber(`${name}.${end}`, value);
  }
  if (low > high) throw new UsageError(`${name}.low must be at most high, got ${low} and ${high}; swap them`);
  if (log && low <= 0) {
    throw new UsageError(
      `${name}.low must be above 0 on a logarithmic scale, got ${low}; raise it or drop log`,
    );
  }
}

/** Places of continuous parameters are multiples of 2^-32, which values lead back to exactly, rounding and all. */
const grain = 2 ** -32;
/** Ends closer together than this share of the larger one would not leave enough digits for that. */
const narrowest = 1e-4;

function continuousScale(name: string, low: number, high: number, log: boolean): Scale {
  const span = log ? Math.log(high / low) : high - low;
  if (!Number.isFinite(span) || high - low < narrowest * Math.max(Math.abs(low), Math.abs(high))) {
    const rule = `apart by ${narrowest} of the larger at least, and by a finite number`;
    throw new UsageError(`${name}.low and high must be ${rule}, got ${low} and ${high}; move the ends`);
  }
  const snap = (place: number) => Math.round(clamped(place) / grain) * grain;
  const inside = (place: number) => (log ? low * Math.exp(place * span) : low + place * span);
  const placeOf = (value: number) => (log ? Math.log(value / low) : value - low) / span;
  return {
    kind: 'number',
    size: Infinity,
    snap,
    decode: (place) => {
      const at = snap(place);
      return at === 1 ? high : Math.min(inside(at), high);
    },
    encode: (value) =>
      typeof value === 'number' && value >= low && value <= high ? snap(placeOf(value)) : undefined,
  };
}

/** More values than this cannot be told apart by their places; a continuous parameter does the same. */
const mostValues = 2 ** 32;

function steppedScale(name: string, { type, low, high }: NumberParameter, step: number, log: boolean): Scale {
  if (type === 'int') wholeNumber(`${name}.step`, step, 1);
  else finiteNumber(`${name}.step`, step, { above: 0 });
  const size = stepsBetween(name, low, high, step) + 1;
  if (size > mostValues || (log && step * mostValues < high)) {
    throw new UsageError(
      `${name} must have at most 2^32 values, got ${size}; enlarge the step, or take a float without one`,
    );
  }
  // Sums such as 0.1 + 0.2 lose the noise of their last digits.
  const valueAt = (index: number) => {
    if (index === 0 || index === size - 1) return index === 0 ? low : high;
    const sum = low + index * step;
    return type === 'int' ? sum : Number(sum.toPrecision(15));
  };
  const bins = log && size > 1 ? logBins(low, high, step, size) : evenBins(size);
  return binnedScale('number', bins, valueAt, indexAmong(low, step, size));
}

/** @throws UsageError where `high` is not reached, which it says how to mend */
function stepsBetween(name: string, low: number, high: number, step: number): number {
  const exact = (high - low) / step;
  const steps = Math.round(exact);
  if (Math.abs(exact - steps) <= 1e-9 * Math.max(1, steps)) return steps;
  const end = (count: number) => Number((low + count * step).toPrecision(12));
  const ways = `${end(Math.floor(exact))} or ${end(Math.ceil(exact))}`;
  throw new UsageError(`${name}.high must be low plus a multiple of step ${step}, got ${high}; take ${ways}`);
}

function indexAmong(low: number, step: number, size: number) {
  return (value: ParameterValue): number | undefined => {
    if (typeof value !== 'number') return undefined;
    const index = Math.round((value - low) / step);
    const isNear = Math.abs(value - (low + index * step)) <= 1e-9 * step;
    return isNear && index >= 0 && index < size ? index : undefined;
  };
}

function binnedScale(
  kind: Dimension['kind'],
  bins: Bins,
  valueAt: (index: number) => ParameterValue,
  find: (value: ParameterValue) => number | undefined,
): Scale {
  return {
    kind,
    size: bins.size,
    snap: (place) => bins.placeOf(bins.indexAt(clamped(place))),
    decode: (place) => valueAt(bins.indexAt(clamped(place))),
    encode: (value) => {
      const index = find(value);
      return index === undefined ? undefined : bins.placeOf(index);
    },
  };
}

const clamped = (place: number) => Math.min(1, Math.max(0, place));
