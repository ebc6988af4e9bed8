// TensorFlow.js on Dawn, for the processes that run it: two Dawn instances with devices in one process disturb each
// other.
import { create, globals } from 'webgpu';

// TensorFlow.js looks for `navigator.gpu` when it is loaded, so this comes before its import. Being a property of
// the global object also keeps Dawn's instance from being collected, which would end the process.
Object.assign(globalThis, globals);
export const gpu = create([]);
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
export const tf = await import('@tensorflow/tfjs');
await import('@tensorflow/tfjs-backend-webgpu');

export type Optimizer = ReturnType<typeof tf.train.adam>;

interface Shape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** Dense layers with ReLU, then a sigmoid or softmax with its cross-entropy. */
export function compiledModel(
  { inputs, hidden, outputs }: Shape,
  optimizer: Optimizer,
  metrics: string[] = [],
) {
  const model = tf.sequential();
  hidden.forEach((units, l) => {
    model.add(tf.layers.dense({ units, activation: 'relu', ...(l === 0 ? { inputShape: [inputs] } : {}) }));
  });
  model.add(tf.layers.dense({ units: outputs, activation: outputs === 1 ? 'sigmoid' : 'softmax' }));
  const loss = outputs === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  model.compile({ optimizer, loss, metrics });
  return model;
}
