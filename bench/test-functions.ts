import type { FunctionTrial, NamedSpace } from '../src/study/minimize.ts';
import type { Parameters } from '../src/study/space-types.ts';
import { choice, integer, logReal, real, spaceOf, where } from './test-spaces.ts';

/** A function with a known minimum, and where to look for it. bench/peers/optuna_samplers.py has the same ones. */
export interface TestFunction {
  readonly name: string;
  readonly space: NamedSpace;
  readonly minimum: number;
  /** The file that it is looked up in, where it is a table. */
  readonly file?: string;
  /** @param trial is told of values on the way, where there are such */
  evaluate(parameters: Parameters, trial?: FunctionTrial): number;
}

const branin: TestFunction = {
  name: 'branin',
  space: spaceOf([real('x', -5, 10), real('y', 0, 15)]),
  minimum: 0.39788735772973816,
  evaluate(parameters) {
    const x = Number(parameters.x);
    const slope = Number(parameters.y) - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return slope ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

/** Height of a hill, how steep it is along each axis, and where it is. */
const hartmannHills = [
  [1, [10, 3, 17, 3.5, 1.7, 8], [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886]],
  [1.2, [0.05, 10, 17, 0.1, 8, 14], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991]],
  [3, [3, 3.5, 1.7, 10, 17, 8], [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665]],
  [3.2, [17, 8, 0.05, 10, 0.1, 14], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381]],
] as const;

const hartmann6: TestFunction = {
  name: 'hartmann6',
  space: spaceOf(Array.from({ length: 6 }, (_, i) => real(`x${i}`, 0, 1))),
  minimum: -3.322368011415515,
  evaluate(parameters) {
    const x = Array.from({ length: 6 }, (_, i) => Number(parameters[`x${i}`]));
    const hills = hartmannHills.map(([height, steepness, place]) => {
      const distances = x.map((value, i) => (steepness[i] as number) * (value - (place[i] as number)) ** 2);
      return height * Math.exp(-distances.reduce((sum, distance) => sum + distance, 0));
    });
    return -hills.reduce((sum, hill) => sum + hill, 0);
  },
};

const rosenbrock10: TestFunction = {
  name: 'rosenbrock10',
  space: spaceOf(Array.from({ length: 10 }, (_, i) => real(`x${i}`, -5, 10))),
  minimum: 0,
  evaluate(parameters) {
    const x = Array.from({ length: 10 }, (_, i) => Number(parameters[`x${i}`]));
    return x.slice(1).reduce((sum, next, i) => {
      const value = x[i] as number;
      return sum + 100 * (next - value ** 2) ** 2 + (1 - value) ** 2;
    }, 0);
  },
};

/** Three algorithms with parameters of their own; sgd, the better solver of the best one, has another. */
const conditional: TestFunction = {
  name: 'conditional',
  space: spaceOf([
    real('dropout', 0, 0.8),
    choice('algorithm', ['linear', 'kernel', 'network']),
    logReal('strength', 1e-4, 1, where(1, 0, 3)),
    logReal('cost', 1e-2, 1e2, where(1, 1, 3)),
    logReal('width', 1e-4, 1, where(1, 1, 3)),
    integer('layers', 1, 3, where(1, 2, 3)),
    logReal('rate', 1e-5, 1e-1, where(1, 2, 3)),
    choice('solver', ['adam', 'sgd'], where(1, 2, 3)),
    real('momentum', 0, 1, where(7, 1, 2)),
  ]),
  minimum: 0,
  evaluate(parameters) {
    const shared = (Number(parameters.dropout) - 0.2) ** 2;
    const exponent = (name: string) => Math.log10(Number(parameters[name]));
    if (parameters.algorithm === 'linear') return 0.5 + shared + 0.05 * (exponent('strength') + 2) ** 2;
    if (parameters.algorithm === 'kernel') {
      const cost = exponent('cost') - 1;
      return 0.2 + shared + 0.1 * cost ** 2 + 0.1 * (exponent('width') + 2 + 0.5 * cost) ** 2;
    }
    const isAdam = parameters.solver === 'adam';
    const momentum = isAdam ? 0.9 : Number(parameters.momentum);
    const rate = exponent('rate') - (isAdam ? -3 : -1.5);
    const layers = Number(parameters.layers) - 2;
    const loss = shared + 0.1 * layers ** 2 + 0.2 * rate ** 2 + 0.5 * (momentum - 0.9) ** 2;
    return loss + (isAdam ? 0.05 : 0);
  },
};

export const testFunctions: readonly TestFunction[] = [branin, hartmann6, rosenbrock10, conditional];
