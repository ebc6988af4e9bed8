/** Colours of charts: variables that the page's style sheet gives a value for light and one for dark. */
export const colors = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  /** The crowd of trials. */
  crowd: 'var(--crowd)',
  pruned: 'var(--pruned)',
  /** Medians and other sums of many. */
  trend: 'var(--trend)',
  /** What won. */
  best: 'var(--best)',
  second: 'var(--second)',
  surface: 'var(--surface)',
  paper: 'var(--paper)',
  wash: 'var(--wash)',
  /** Dots on the colours of values. */
  dots: 'var(--dots)',
  dotsEdge: 'var(--dots-edge)',
} as const;

/** Levels of a scale from few (or good) to many (or bad), for counts and for values. */
export const levels = 8;
export const densityColor = (level: number) => `var(--density-${level})`;
/** From low to high, told from the page and from each other in light and dark. */
export const rankColor = (level: number) =>
  `color-mix(in oklab, var(--best) ${Math.round((100 * level) / (levels - 1))}%, var(--trend))`;
export const valueColor = (level: number) => `var(--value-${level})`;
