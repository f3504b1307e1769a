// Looks at every line of text in <main>: where it stands, what cuts it, and what lies over it.
//
// A name may end in an ellipsis. A figure or a title may not, and nothing may be cut without one. Lists that are meant
// to be swept with a finger are left out while they are.
async () => {
  const SWEPT = '.outcome-tabs, .sum';
  const FIGURE = /^[+\u2212]?\$[\d,]+\.\d+$|^[+\u2212]?[\d,]+(\.\d+)?[\s\u2009]?(%|bps|ns|µs|ms|s)?$/;
  const TITLE = 'h1, h2, th, [role=columnheader]';
  const finger = innerWidth < 720;
  const found = new Set();

  // What was measured in React is drawn again by then.
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
  if (document.documentElement.scrollWidth > innerWidth) found.add('the page scrolls sideways');

  // What an element has from those around it: whether it is seen, and what cuts it.
  const known = new Map([[document.body, { seen: true, clips: [] }]]);
  const about = (element) => {
    if (!known.has(element)) {
      const above = about(element.parentElement);
      const { overflowX, clipPath, opacity } = getComputedStyle(element);
      const clip = { element, frame: element.getBoundingClientRect() };
      known.set(element, {
        // A clip path leaves something to screen readers alone.
        seen: above.seen && clipPath === 'none' && opacity !== '0',
        clips: overflowX === 'visible' ? above.clips : [clip, ...above.clips],
      });
    }
    return known.get(element);
  };

  // An ellipsis is drawn for the lines of a box itself, not for boxes inside it.
  const hasEllipsis = (clip, element) => {
    for (let at = element; at !== clip; at = at.parentElement) {
      if (getComputedStyle(at).display !== 'inline') return false;
    }
    return getComputedStyle(clip).textOverflow === 'ellipsis';
  };

  const lines = [];
  const nodes = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const element = node.parentElement;
    const text = node.data.trim();
    if (!text || element.closest('svg, option') || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (finger && element.closest(SWEPT)) continue;
    const { seen, clips } = about(element);
    if (!seen) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right - left < 1) continue;
      const line = { node, text, left, right, top, bottom };
      let cut = left < -1 || right > innerWidth + 1;
      let ellipsis = false;
      for (const { element: clip, frame } of clips) {
        if (left < frame.left - 1 || right > frame.right + 1) {
          cut = true;
          ellipsis ||= hasEllipsis(clip, element);
        }
        line.left = Math.max(line.left, frame.left);
        line.right = Math.min(line.right, frame.right);
        line.top = Math.max(line.top, frame.top);
        line.bottom = Math.min(line.bottom, frame.bottom);
      }
      if (line.bottom - line.top < 1) continue; // scrolled away
      const whole = element.closest(TITLE) || FIGURE.test(text);
      if (cut && (whole || !ellipsis)) found.add(`${JSON.stringify(text.slice(0, 40))} is cut`);
      lines.push(line);
    }
  }
  lines.forEach((a, i) => {
    for (const b of lines.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // The boxes of lines may touch, as the letters in them do not.
      if (a.node === b.node || across <= 1 || down <= 6) continue;
      found.add(`${JSON.stringify(a.text)} and ${JSON.stringify(b.text)} overlap`);
    }
  });
  return [...found];
};
