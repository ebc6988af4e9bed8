import { fileURLToPath } from 'node:url';
import { otherNetworks, seedNetwork } from './job.ts';

export const systemNames = ['sklearn', 'keras', 'torch', 'jax', 'tfjs'] as const;
export type SystemName = (typeof systemNames)[number];

/** A way in which one of the systems does the job. */
export interface Peer {
  readonly system: SystemName;
  /** The script, in Python or, compiled, for node. */
  readonly script: string;
  readonly args: readonly string[];
  readonly networks: readonly string[];
  /** How many trainings at once: all are tried, and the best counts. */
  readonly ensembles: readonly number[];
}

/** The packages of each system in Python, by their names in requirements.txt. All use scikit-learn's data sets. */
export const packagesOf: Readonly<Record<SystemName, readonly string[]>> = {
  sklearn: ['scikit-learn', 'numpy'],
  keras: ['scikit-learn', 'numpy', 'keras', 'tensorflow', 'tensorflow-cpu'],
  torch: ['scikit-learn', 'numpy', 'torch'],
  jax: ['scikit-learn', 'numpy', 'jax'],
  tfjs: [],
};

const python = (name: string) => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url));
const node = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const seed = { networks: [seedNetwork], ensembles: [1] };
const sklearn = { ...seed, system: 'sklearn', script: python('sklearn_seed.py') } as const;
const keras = { ...seed, system: 'keras', script: python('keras_seed.py') } as const;
const torch = { ...seed, system: 'torch', script: python('torch_seed.py') } as const;
const jax = { system: 'jax', script: python('jax_train.py') } as const;
const tfjs = { ...seed, system: 'tfjs', script: node('tfjs-train.js') } as const;

/** Each system as its users write it, and where that gains much, once more as its experts would. */
export const peers: readonly Peer[] = [
  { ...keras, args: [] },
  { ...keras, args: ['--steps', 'epoch'] },
  { ...sklearn, args: [] },
  { ...torch, args: [], ensembles: [256] },
  { ...torch, args: ['--step', 'compiled'], ensembles: [1024] },
  { ...jax, args: ['--how', 'plain'], networks: [seedNetwork], ensembles: [256] },
  { ...jax, args: ['--how', 'tuned'], networks: [seedNetwork], ensembles: [64, 256] },
  { ...jax, args: ['--how', 'plain'], networks: otherNetworks, ensembles: [16, 64] },
  { ...jax, args: ['--how', 'tuned'], networks: otherNetworks, ensembles: [16, 64] },
  { ...tfjs, args: ['--backend', 'webgpu'], networks: [seedNetwork, ...otherNetworks] },
  { ...tfjs, args: ['--backend', 'cpu'] },
];
