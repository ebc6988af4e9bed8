import { littleEndian } from '../../core/bytes.ts';
import { bytesField, floatField, message, textField, wholeField } from './protobuf.ts';

/*
 * The messages of an ONNX file; numbers of fields and types are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */

/** Types of tensors' elements by their number in `TensorProto.DataType`. */
export const elementTypes = { float: 1, int64: 7, string: 8, double: 11 } as const;

export type ElementType = keyof typeof elementTypes;

/** An attribute of a node: exactly one of its kinds. */
export type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly strings: readonly string[] };

/** One call of an operator. */
export interface Node {
  readonly operator: string;
  /** '' is ai.onnx. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** NodeProto. */
export function nodeMessage({ operator, domain, name, inputs, outputs, attributes }: Node): Uint8Array {
  return message([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, name),
    textField(4, operator),
    ...Object.entries(attributes).map(([key, value]) => bytesField(5, attributeMessage(key, value))),
    ...(domain === '' ? [] : [textField(7, domain)]),
  ]);
}

/** AttributeProto. */
function attributeMessage(name: string, value: Attribute): Uint8Array {
  const fields = () => {
    if ('float' in value) return [floatField(2, value.float), wholeField(20, 1)];
    if ('int' in value) return [wholeField(3, value.int), wholeField(20, 2)];
    if ('ints' in value) return [...value.ints.map((int) => wholeField(8, int)), wholeField(20, 7)];
    return [...value.strings.map((string) => textField(9, string)), wholeField(20, 8)];
  };
  return message([textField(1, name), ...fields()]);
}

/** What a constant tensor holds. */
export type TensorValues = Float32Array | Float64Array | BigInt64Array | readonly string[];

/** TensorProto, with its values inside of the file. */
export function tensorMessage(name: string, dimensions: readonly number[], values: TensorValues): Uint8Array {
  return message([
    ...dimensions.map((dimension) => wholeField(1, dimension)),
    wholeField(2, elementTypes[elementTypeOf(values)]),
    ...(isText(values) ? values.map((value) => textField(6, value)) : []),
    textField(8, name),
    ...(isText(values) ? [] : [bytesField(9, littleEndian(values))]),
  ]);
}

function isText(values: TensorValues): values is readonly string[] {
  return Array.isArray(values);
}

function elementTypeOf(values: TensorValues): ElementType {
  if (values instanceof Float32Array) return 'float';
  if (values instanceof Float64Array) return 'double';
  return values instanceof BigInt64Array ? 'int64' : 'string';
}

/** An input or output of the graph. A dimension is a length, or the name of one that differs from call to call. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dimensions: readonly (number | string)[];
  readonly doc: string;
}

/** ValueInfoProto. */
export function valueMessage({ name, type, dimensions, doc }: Value): Uint8Array {
  const shape = dimensions.map((dimension) =>
    bytesField(1, typeof dimension === 'number' ? wholeField(1, dimension) : textField(2, dimension)),
  );
  const tensorType = message([wholeField(1, elementTypes[type]), bytesField(2, message(shape))]);
  return message([textField(1, name), bytesField(2, bytesField(1, tensorType)), textField(3, doc)]);
}

/** The parts of a graph, its tensors already encoded. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly tensors: readonly Uint8Array[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** GraphProto. */
function graphMessage({ name, nodes, tensors, inputs, outputs }: Graph): Uint8Array {
  return message([
    ...nodes.map((node) => bytesField(1, nodeMessage(node))),
    textField(2, name),
    ...tensors.map((tensor) => bytesField(5, tensor)),
    ...inputs.map((input) => bytesField(11, valueMessage(input))),
    ...outputs.map((output) => bytesField(12, valueMessage(output))),
  ]);
}

/** A whole file. */
export interface Model {
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly doc: string;
  readonly graph: Graph;
  /** Version of each domain's operators that the graph uses. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** ModelProto: the bytes of a file. */
export function modelMessage({ irVersion, producer, doc, graph, opsets, metadata }: Model): Uint8Array {
  return message([
    wholeField(1, irVersion),
    textField(2, producer.name),
    textField(3, producer.version),
    textField(6, doc),
    bytesField(7, graphMessage(graph)),
    ...Object.entries(opsets).map(([domain, version]) =>
      bytesField(8, message([textField(1, domain), wholeField(2, version)])),
    ),
    ...Object.entries(metadata).map(([key, value]) =>
      bytesField(14, message([textField(1, key), textField(2, value)])),
    ),
  ]);
}
