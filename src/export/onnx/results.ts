import type { Outputs } from '../outputs.ts';
import type { GraphBuilder } from './graph.ts';
import { elementTypes, type Value } from './messages.ts';
import { rowsDimension } from './preprocessing.ts';

/** The graph's outputs: what the network's `units` outputs mean. */
export function resultValues(units: number, meaning: Outputs): Value[] {
  const value = (name: string, width: number, doc: string): Value => ({
    name,
    type: 'float',
    dimensions: [rowsDimension, width],
    doc,
  });
  switch (meaning.kind) {
    case 'values':
      return [value('value', units, 'Predicted values.')];
    case 'flags':
      return [
        { ...value('label', units, '1 where the probability is above 1/2, else 0.'), type: 'int64' },
        value('probabilities', units, 'Probability of each output.'),
      ];
    case 'classes': {
      const { labels } = meaning;
      const type = areWhole(labels) ? 'int64' : 'string';
      const doc = `Probabilities of ${labels.join(', ')}, in this order.`;
      return [
        { name: 'label', type, dimensions: [rowsDimension], doc: 'The likeliest class.' },
        value('probabilities', labels.length, doc),
      ];
    }
  }
}

/** Adds the nodes from the network's outputs (the value `outputs`) to the graph's. */
export function addResults(graph: GraphBuilder, outputs: string, units: number, meaning: Outputs): void {
  switch (meaning.kind) {
    case 'values':
      graph.apply('Identity', [outputs], {}, 'value');
      return;
    case 'flags': {
      const isLikely = graph.apply('Greater', [outputs, graph.scalar(0.5)]);
      graph.apply('Cast', [isLikely], { to: { int: elementTypes.int64 } }, 'label');
      graph.apply('Identity', [outputs], {}, 'probabilities');
      return;
    }
    case 'classes':
      addProbabilities(graph, outputs, units);
      addLabel(graph, meaning.labels);
  }
}

function addProbabilities(graph: GraphBuilder, outputs: string, units: number): void {
  if (units > 1) {
    graph.apply('Identity', [outputs], {}, 'probabilities');
  } else {
    const other = graph.apply('Sub', [graph.scalar(1), outputs]);
    graph.apply('Concat', [other, outputs], { axis: { int: 1 } }, 'probabilities');
  }
}

/** The label of the highest probability; of several the first, which ArgMax promises. */
function addLabel(graph: GraphBuilder, labels: readonly string[]): void {
  const values = areWhole(labels) ? BigInt64Array.from(labels, BigInt) : labels;
  const place = graph.apply('ArgMax', ['probabilities'], { axis: { int: 1 }, keepdims: { int: 0 } });
  graph.apply('Gather', [graph.constant('labels', values), place], {}, 'label');
}

/** Whether labels are whole numbers, written as numbers are. */
function areWhole(labels: readonly string[]): boolean {
  return labels.every((label) => Number.isSafeInteger(Number(label)) && String(Number(label)) === label);
}
