/** Visible texts, of charts too, whose contrast to what is behind them is less than 4.5 (WCAG AA). Runs in the page. */
export function weakTexts(least = 200): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): string => {
    const { backgroundColor } = getComputedStyle(element);
    if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    return element.parentElement ? behind(element.parentElement) : 'rgb(255, 255, 255)';
  };
  const own = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
  const shown = [...document.body.querySelectorAll('*')].filter(
    (element) => own(element) && element.getClientRects().length > 0,
  );
  if (shown.length < least) return [`only ${shown.length} texts are visible`];
  return shown.flatMap((element) => {
    const { color, fill } = getComputedStyle(element);
    const pair = [element instanceof SVGElement ? fill : color, behind(element)].map(luminance);
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return contrast < 4.5 ? [`${contrast.toFixed(2)}: ${element.textContent}`] : [];
  });
}

/** Labels of charts that reach over their picture's edge, where they are cut off. Runs in the page. */
export function cutLabels(): string[] {
  return [...document.querySelectorAll('svg text')].flatMap((label) => {
    const box = label.getBoundingClientRect();
    const picture = label.closest('svg')?.getBoundingClientRect();
    if (!picture || box.width === 0) return [];
    const isInside =
      box.left >= picture.left - 1 &&
      box.right <= picture.right + 1 &&
      box.top >= picture.top - 2 &&
      box.bottom <= picture.bottom + 2;
    return isInside
      ? []
      : [`${label.textContent} in ${label.closest('svg')?.getAttribute('aria-label')?.slice(0, 60)}`];
  });
}
