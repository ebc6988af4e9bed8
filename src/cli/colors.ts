import picocolors from 'picocolors';

/** Whether a stream shows colours. picocolors alone would also colour pipes on Windows and wherever CI is set. */
function showsColors({ isTTY }: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== '0' : isTTY === true && TERM !== 'dumb';
}

/** For standard output; plain text where that is no terminal, or under NO_COLOR. */
export const colors = picocolors.createColors(showsColors(process.stdout));

/** The same for standard error. */
export const errorColors = picocolors.createColors(showsColors(process.stderr));
