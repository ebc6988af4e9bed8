import { describe, expect, it } from 'vitest';
import { executeAndRead, openWithWeights } from '../../src/engine/layered/forward-rows.ts';
import { padRows, unpadRows } from '../../src/engine/layered/layout.ts';
import { predictionProgram } from '../../src/engine/layered/program.ts';
import { cpuEngine, double, type Engine, initialWeights, mlp, type Network } from '../../src/index.ts';
import { hiddenActivations } from '../../src/model/activations.ts';

const heads = ['linear', 'sigmoid', 'softmax', 'softplus'] as const;
const rows = 5;
const inputs = 6;
const outputs = 3;
/** Of the differences; representable, so that x + step and x - step are exact in single precision. */
const step = 2 ** -11;

const x = Float32Array.from(
  { length: rows * inputs },
  (_, i) => Math.round(Math.sin(3 * i + 1) * 1024) / 1024,
);
const wanted = Int32Array.from({ length: rows }, (_, row) => row % outputs);

/** Every hidden activation under a softmax, and every kind of output over tanh. */
const cases = [
  ...hiddenActivations.map((activation) => [activation, 'softmax'] as const),
  ...heads.map((head) => ['tanh', head] as const),
];

/** @param tolerance of each gradient, which are of the size 0.01 to 1 */
export function describeInputGradients(name: string, engine: Engine, tolerance: number): void {
  describe(`gradients with respect to inputs, ${name}`, () => {
    it.each(cases)('%s, then %s', async (activation, outputActivation) => {
      const shape = activation === 'tanh' ? [7, 5] : [7];
      const network = mlp({ inputs, hidden: shape, outputs, activation, outputActivation });
      const weights = initialWeights(network, 3).map((weight, i) => weight + 0.2 * Math.cos(i));
      const expected = await differences(network, weights);
      const found = await engine.inputGradients(network, weights, x, rows, wanted);
      expect(found.length).toBe(rows * inputs);
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - (found[i] as number))));
      expect(worst).toBeLessThan(tolerance);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01);
    });

    it('takes a network without hidden layers, no rows, and more rows than go through at once', async () => {
      const network = mlp({ inputs: 2, hidden: [], outputs: 2 });
      const weights = Float32Array.of(1, 2, 3, 4, 0, 0);
      const none = await engine.inputGradients(network, weights, new Float32Array(0), 0, []);
      expect(none.length).toBe(0);
      const many = 20_000;
      const output = Int32Array.from({ length: many }, (_, row) => row % 2);
      const found = await engine.inputGradients(network, weights, new Float32Array(2 * many), many, output);
      expect(Array.from(found.slice(0, 4))).toEqual([1, 3, 2, 4]);
      expect(Array.from(found.slice(-4))).toEqual([1, 3, 2, 4]);
    });
  });
}

/** Central differences of the outputs in double precision; they err by step^2 / 6 times the third derivative. */
async function differences(network: Network, weights: ArrayLike<number>): Promise<number[]> {
  const moved = Array.from({ length: rows * inputs }, (_, i) =>
    [step, -step].map((by) => ({ i, by })),
  ).flat();
  const copies = moved.flatMap(({ i, by }) => {
    const row = Math.floor(i / inputs);
    const values = Array.from(x.subarray(row * inputs, (row + 1) * inputs));
    values[i % inputs] = (values[i % inputs] as number) + by;
    return values;
  });
  const program = predictionProgram(network, moved.length);
  const backend = await openWithWeights(cpuEngine({ precision: double }).openBackend, program, weights);
  backend.write('training_features', 0, padRows(copies, inputs));
  const padded = await executeAndRead(backend, program.evaluateStep, moved.length, {
    name: `outputs_${network.layers.length}`,
    stride: 4,
  });
  const values = new Float64Array(moved.length * outputs);
  unpadRows(padded, outputs, values);
  return Array.from({ length: rows * inputs }, (_, i) => {
    const output = wanted[Math.floor(i / inputs)] as number;
    const at = (copy: number) => values[copy * outputs + output] as number;
    return (at(2 * i) - at(2 * i + 1)) / (2 * step);
  });
}
