import { describe, expect, it } from 'vitest';
import {
  closest,
  finiteNumber,
  knownOptions,
  oneOf,
  shown,
  trueOrFalse,
  wholeNumber,
} from '../../src/core/check.ts';
import { UsageError } from '../../src/core/errors.ts';

describe('wholeNumber', () => {
  it('returns a number in the range, ends included', () => {
    expect(wholeNumber('epochs', 1, 1)).toBe(1);
    expect(wholeNumber('seed', 0xffffffff, 0, 0xffffffff)).toBe(0xffffffff);
  });

  it.each([0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => wholeNumber('epochs', value, 1)).toThrow(
      new UsageError(`epochs must be a whole number of at least 1, got ${value}`),
    );
  });

  it('names both ends of a range', () => {
    expect(() => wholeNumber('seed', -1, 0, 9)).toThrow('seed must be a whole number from 0 to 9, got -1');
  });

  it('tells text from a number', () => {
    expect(() => wholeNumber('epochs', '3' as never, 1)).toThrow('got "3"');
  });
});

describe('finiteNumber', () => {
  it('includes least and most, excludes above and below', () => {
    expect(finiteNumber('x', 0, { least: 0, most: 0 })).toBe(0);
    expect(() => finiteNumber('x', 0, { above: 0 })).toThrow('x must be a finite number above 0, got 0');
    expect(() => finiteNumber('x', 1, { least: 0, below: 1 })).toThrow(
      'x must be a finite number at least 0 and below 1, got 1',
    );
    expect(() => finiteNumber('x', 2, { most: 1 })).toThrow('x must be a finite number at most 1, got 2');
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('refuses %s without a range', (value) => {
    expect(() => finiteNumber('x', value)).toThrow(`x must be a finite number, got ${value}`);
  });
});

describe('oneOf', () => {
  const names = ['leaky_relu', 'relu', 'sigmoid'] as const;

  it('returns the choice', () => {
    expect(oneOf('activation', 'relu', names)).toBe('relu');
  });

  it.each([
    ['rleu', '; did you mean relu?'],
    ['leakyReLU', '; did you mean leaky_relu?'],
    ['Sigmoid', '; did you mean sigmoid?'],
    ['swish', ''],
  ])('guesses what %s meant', (value, hint) => {
    expect(() => oneOf('activation', value, names)).toThrow(
      new UsageError(
        `activation must be one of leaky_relu, relu, sigmoid, got ${JSON.stringify(value)}${hint}`,
      ),
    );
  });

  it('refuses what is no text', () => {
    expect(() => oneOf('activation', undefined as never, names)).toThrow('got undefined');
  });
});

describe('knownOptions', () => {
  it('guesses the option that was meant', () => {
    expect(() => knownOptions('adam', { learning_rate: 1 }, ['learningRate', 'beta1'])).toThrow(
      new UsageError(
        'adam must have options from learningRate, beta1, got learning_rate; did you mean learningRate?',
      ),
    );
    expect(knownOptions('adam', { beta1: 1 }, ['learningRate', 'beta1'])).toBeUndefined();
  });

  it.each([null, 3, 'text', [1]])('refuses %j for options', (options) => {
    expect(() => knownOptions('adam', options as never, [])).toThrow('adam must be an object with options');
  });
});

describe('trueOrFalse', () => {
  it('takes nothing but booleans', () => {
    expect(trueOrFalse('nesterov', false)).toBe(false);
    expect(() => trueOrFalse('nesterov', 1 as never)).toThrow('nesterov must be true or false, got 1');
  });
});

describe('closest', () => {
  it('finds nothing where too many letters differ', () => {
    expect(closest('transformer', ['relu', 'tanh'])).toBeUndefined();
    expect(closest('', [])).toBeUndefined();
    expect(closest('7', ['0', '1'])).toBeUndefined();
  });
});

describe('shown', () => {
  it('is short whatever the value', () => {
    expect([undefined, null, 1n, [], {}, 'a'].map(shown)).toEqual([
      'undefined',
      'null',
      '1',
      'a list',
      'an object',
      '"a"',
    ]);
    expect(shown('x'.repeat(1000)).length).toBeLessThan(70);
  });
});
