/**
 * Whom the members of a population go on from: the worst `copies` of them, and those without a loss (NaN), from one of
 * the best `copies`, the others from themselves. Equal losses rank by place.
 *
 * @param draw a random whole number for a member
 * @returns places in the population, -1 where no member has a loss
 */
export function truncationSelection(
  losses: readonly number[],
  copies: number,
  draw: (member: number) => number,
): Int32Array {
  const members = losses.map((_, member) => member);
  const loss = (member: number) => losses[member] as number;
  const good = members.filter((member) => !Number.isNaN(loss(member)));
  good.sort((a, b) => (loss(a) === loss(b) ? a - b : loss(a) - loss(b)));
  const best = good.slice(0, copies);
  const goesOn = new Set(good.slice(0, losses.length - copies));
  return Int32Array.from(members, (member) => {
    if (goesOn.has(member)) return member;
    return best.length === 0 ? -1 : (best[draw(member) % best.length] as number);
  });
}
