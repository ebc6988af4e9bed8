import { countLayerWeights, countWeights, type Network } from './network.ts';

/**
 * A network as a table of text: a line for each layer with its kernel's shape (inputs x units), activation, dropout
 * and number of weights, then the total.
 */
export function networkSummary(network: Network): string {
  const rows = [
    ['layer', 'kernel', 'bias', 'activation', 'dropout', 'weights'],
    ...network.layers.map((layer, index) => [
      `dense ${index + 1}`,
      `${layer.inputs} x ${layer.units}`,
      layer.useBias ? String(layer.units) : '-',
      layer.activation.name,
      layer.dropout > 0 ? String(layer.dropout) : '-',
      String(countLayerWeights(layer)),
    ]),
    ['total', '', '', '', '', String(countWeights(network))],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => alignedLine(row, widths)).join('\n');
}

/** Text to the left, the numbers of the last column to the right. */
function alignedLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === cells.length - 1 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join('  ');
}

/** A network in one line: `10 -> 16 relu -> 1 sigmoid (193 weights)`. */
export function describeNetwork(network: Network): string {
  const layers = network.layers.map(({ units, activation: { name }, dropout }) =>
    [units, name, ...(dropout > 0 ? [`dropout ${dropout}`] : [])].join(' '),
  );
  return `${[network.inputs, ...layers].join(' -> ')} (${countWeights(network)} weights)`;
}
