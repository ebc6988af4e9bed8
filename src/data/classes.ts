/** The rows of each class, classes in ascending order of their labels (numpy's `unique`). */
export function classIndices(labels: ArrayLike<number>): {
  readonly classes: readonly number[];
  readonly rowsOfClass: readonly (readonly number[])[];
  readonly counts: readonly number[];
} {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const known = rows.get(label);
    if (known) known.push(row);
    else rows.set(label, [row]);
  }
  const classes = [...rows.keys()].sort((a, b) => a - b);
  const rowsOfClass = classes.map((label) => rows.get(label) ?? []);
  return { classes, rowsOfClass, counts: rowsOfClass.map(({ length }) => length) };
}
