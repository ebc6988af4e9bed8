import { shown } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { storedName } from '../../export/keras/archive.ts';

/** A layer of a model's configuration. */
export interface ConfiguredLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the weights file has its variables. */
  readonly group: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The layers of a model in their order.
 * @throws UsageError for a model that is no chain of layers
 */
export function configuredLayers(model: unknown): ConfiguredLayer[] {
  const { class_name: className, config } = object('config.json', model);
  if (className !== 'Sequential' && className !== 'Functional') {
    throw new UsageError(
      `the model must be Sequential or Functional, got ${shown(className)}; a subclass of Model keeps its layers in code`,
    );
  }
  const { layers: listed, output_layers: outputs } = object('the configuration', config);
  if (!Array.isArray(listed))
    throw new UsageError(`the configuration must list layers, got ${shown(listed)}`);
  const records = listed.map((layer, place) => object(`layers[${place}]`, layer));
  const counts = new Map<string, number>();
  const layers = records.map((record, place) => configured(record, place, counts));
  if (className === 'Functional') checkChain(records, layers, outputs);
  return layers;
}

/** Names stand in messages. */
const printable = /^\P{C}{1,200}$/u;

function configured(record: Fields, place: number, counts: Map<string, number>): ConfiguredLayer {
  const className = String(record.class_name);
  const config = object(`the configuration of layers[${place}]`, record.config);
  const before = counts.get(className) ?? 0;
  counts.set(className, before + 1);
  const { name = `layers[${place}]` } = config;
  if (typeof name !== 'string' || !printable.test(name)) {
    throw new UsageError(
      `the name of layers[${place}] must be a line of up to 200 letters, got ${shown(name)}`,
    );
  }
  return { className, name, config, group: `layers/${storedName(className, before)}` };
}

/** Each layer must take what the one before it gives, and the last must be the only output. */
function checkChain(records: readonly Fields[], layers: readonly ConfiguredLayer[], outputs: unknown): void {
  records.forEach((record, place) => {
    const wanted = place === 0 ? [] : [layers[place - 1]?.name];
    const given = sourcesOf(record.inbound_nodes);
    if (given.join() === wanted.join()) return;
    throw new UsageError(
      `layer ${layers[place]?.name} must take the output of ${wanted[0] ?? 'nothing'}, got ${given.length === 0 ? 'nothing' : shown(given.join(', '))}; only a chain of layers can be imported`,
    );
  });
  const names = [...JSON.stringify(outputs ?? []).matchAll(/"([^"]*)"/g)].map(([, name]) => name);
  const last = layers.at(-1)?.name;
  if (names.length !== 1 || names[0] !== last) {
    throw new UsageError(
      `the model must have ${last} as its one output, got ${names.length === 0 ? 'none' : shown(names.join(', '))}`,
    );
  }
}

/** The layers whose outputs the calls of a layer take: Keras keeps them as tensors with a history. */
function sourcesOf(nodes: unknown): string[] {
  const sources: string[] = [];
  JSON.stringify(nodes ?? [], (key, value) => {
    if (key === 'keras_history' && Array.isArray(value)) sources.push(String(value[0]));
    return value;
  });
  return sources;
}

/** @throws UsageError for anything but an object */
export function object(name: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new UsageError(`${name} must be an object, got ${value === undefined ? 'none' : shown(value)}`);
}
