/** Python's option names as ours: `learning_rate` becomes `learningRate`, `beta_1` `beta1`; null drops out unless kept. */
export function camelCased(
  config: Readonly<Record<string, unknown>>,
  { keepNull = false } = {},
): Record<string, unknown> {
  const named = Object.entries(config).filter(([, value]) => keepNull || value !== null);
  return Object.fromEntries(
    named.map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
