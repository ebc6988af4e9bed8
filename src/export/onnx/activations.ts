import type { Activation, ActivationName } from '../../model/activations.ts';
import type { GraphBuilder } from './graph.ts';

/** Adds the nodes of an activation of the value `z`; returns the name of the result. */
type AddActivation = (graph: GraphBuilder, z: string, parameter: number) => string;

const byName: Readonly<Record<ActivationName, AddActivation>> = {
  linear: (_, z) => z,
  relu: operator('Relu'),
  leaky_relu: (graph, z, slope) => graph.apply('LeakyRelu', [z], { alpha: { float: slope } }),
  elu: (graph, z, alpha) => graph.apply('Elu', [z], { alpha: { float: alpha } }),
  selu: operator('Selu'),
  gelu: (graph, z) => {
    // z (1 + erf(z / sqrt 2)) / 2: the operator Gelu exists from opset 20 on only.
    const erf = graph.apply('Erf', [times(graph, Math.SQRT1_2, z)]);
    return halfOfSum(graph, z, erf);
  },
  gelu_tanh: (graph, z) => {
    // z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2
    const cube = graph.apply('Mul', [graph.apply('Mul', [z, z]), z]);
    const inner = graph.apply('Add', [z, times(graph, 0.044715, cube)]);
    const tanh = graph.apply('Tanh', [times(graph, Math.sqrt(2 / Math.PI), inner)]);
    return halfOfSum(graph, z, tanh);
  },
  silu: (graph, z) => graph.apply('Mul', [z, graph.apply('Sigmoid', [z])]),
  softplus: operator('Softplus'),
  tanh: operator('Tanh'),
  sigmoid: operator('Sigmoid'),
  softmax: (graph, z) => graph.apply('Softmax', [z], { axis: { int: 1 } }),
};

export function addActivation(graph: GraphBuilder, z: string, { name, parameter }: Activation): string {
  return byName[name](graph, z, parameter);
}

/**
 * 1 / (1 + exp(-z)), for outputs: the operator Sigmoid is an approximation in some runtimes, with an error near 1e-7
 * that leaves nothing of small probabilities, which a log loss looks at.
 */
export function addOutputSigmoid(graph: GraphBuilder, z: string): string {
  const power = graph.apply('Exp', [graph.apply('Neg', [z])]);
  return graph.apply('Reciprocal', [graph.apply('Add', [graph.scalar(1), power])]);
}

function operator(name: string): AddActivation {
  return (graph, z) => graph.apply(name, [z]);
}

function times(graph: GraphBuilder, factor: number, z: string): string {
  return graph.apply('Mul', [graph.scalar(factor), z]);
}

/** z (1 + s) / 2 */
function halfOfSum(graph: GraphBuilder, z: string, s: string): string {
  const share = times(graph, 0.5, graph.apply('Add', [graph.scalar(1), s]));
  return graph.apply('Mul', [z, share]);
}
