import { toJavaScript } from './javascript/to-javascript.ts';
import { toKeras } from './keras/to-keras.ts';
import { toOnnx } from './onnx/to-onnx.ts';
import type { SavedModel } from './saved-model.ts';

/** A kind of file that a model can be used from elsewhere. */
export interface ExportFormat {
  /** Its option on the command line. */
  readonly name: string;
  /** Ending of its files. */
  readonly ending: string;
  /** What it is for, for people. */
  readonly description: string;
  /** @throws UsageError for a model that the format cannot hold */
  write(saved: SavedModel): Uint8Array | string | Promise<Uint8Array | string>;
}

/** What `shoal export` writes. */
export const exportFormats: readonly ExportFormat[] = [
  { name: 'onnx', ending: '.onnx', description: 'ONNX, raw cells in, labels out', write: toOnnx },
  { name: 'keras', ending: '.keras', description: 'a model that Keras 3 loads and trains', write: toKeras },
  {
    name: 'js',
    ending: '.js',
    description: 'JavaScript module without dependencies',
    write: toJavaScript,
  },
];
