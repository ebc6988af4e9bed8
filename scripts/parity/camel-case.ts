/** Options of Keras that say nothing about the numbers of these runs. */
const withoutEffect = new Set(['name', 'verbose', 'jit_compile', 'ema_momentum', 'ema_overwrite_frequency']);
/** A switch that is off has no effect either. */
const switchesOff = new Set(['use_ema']);

/** Python's option names as ours: `learning_rate` becomes `learningRate`, `beta_1` `beta1`; null drops out unless kept. */
export function camelCased(
  config: Readonly<Record<string, unknown>>,
  { keepNull = false } = {},
): Record<string, unknown> {
  const named = Object.entries(config).filter(
    ([name, value]) =>
      (keepNull || value !== null) && !withoutEffect.has(name) && !(switchesOff.has(name) && value === false),
  );
  return Object.fromEntries(
    named.map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
