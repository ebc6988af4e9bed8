// Writes the fixed model for Keras: write-fixed-model.js FILE
import { writeFileSync } from 'node:fs';
import { toKeras } from '../../src/export/keras/to-keras.ts';
import { fixedModel } from './fixed-model.ts';

writeFileSync(process.argv[2] ?? 'shoal.keras', toKeras(fixedModel()));
