export type LossName = 'binary_crossentropy' | 'categorical_crossentropy' | 'mean_squared_error';
export interface Loss {
  readonly name: LossName;
  readonly labelSmoothing: number;
}
export function loss(spec: LossName | 'mse' | 'sparse_categorical_crossentropy' | Loss): Loss {
  if (typeof spec !== 'string') return spec;
  const name =
    spec === 'mse'
      ? 'mean_squared_error'
      : spec === 'sparse_categorical_crossentropy'
        ? 'categorical_crossentropy'
        : spec;
  return { name, labelSmoothing: 0 };
}
