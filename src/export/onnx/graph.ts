import {
  type Attribute,
  type Graph,
  type Node,
  type TensorValues,
  tensorMessage,
  type Value,
} from './messages.ts';

/** Operators for classical machine learning are in a domain of their own. */
export const mlDomain = 'ai.onnx.ml';
const mlOperators: readonly string[] = ['LabelEncoder', 'OneHotEncoder'];

/** Collects the nodes of a graph. A value is known by its name; each name stands for one value. */
export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly tensors: Uint8Array[] = [];
  private readonly inputs: Value[] = [];
  private readonly outputs: readonly Value[];
  private readonly taken: Set<string>;

  /** @param outputs the graph's outputs; their names are kept for them */
  constructor(outputs: readonly Value[]) {
    this.outputs = outputs;
    this.taken = new Set(outputs.map(({ name }) => name));
  }

  /** Adds an input; returns its name, which is another where the one wanted is taken. */
  input(value: Value): string {
    const name = this.unique(value.name);
    this.inputs.push({ ...value, name });
    return name;
  }

  /** Adds constants, in one dimension where no others are given; returns their name. */
  constant(name: string, values: TensorValues, dimensions: readonly number[] = [values.length]): string {
    const unique = this.unique(name);
    this.tensors.push(tensorMessage(unique, dimensions, values));
    return unique;
  }

  /** A constant single-precision number; returns its name. */
  scalar(value: number): string {
    return this.constant(String(value), Float32Array.of(value), []);
  }

  /**
   * Applies an operator to values that are there already; returns the name of its result.
   * @param name of the result, that of an output or a unique one; default the operator's
   */
  apply(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    name: string = this.unique(operator),
  ): string {
    const domain = mlOperators.includes(operator) ? mlDomain : '';
    this.nodes.push({ operator, domain, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** The graph, under a name. */
  finish(name: string): Graph {
    const { nodes, tensors, inputs, outputs } = this;
    return { name, nodes, tensors, inputs, outputs };
  }

  /** A name that nothing else has: the one wanted, or where that is taken, with a number. */
  unique(name: string): string {
    let result = name;
    for (let n = 2; this.taken.has(result); n++) result = `${name}_${n}`;
    this.taken.add(result);
    return result;
  }
}
