/** The size of an element in pixels, kept up to date; 0 × 0 until it was measured. */
import { type RefObject, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

export interface Size {
  width: number;
  height: number;
}

export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => {
      // At once: a canvas drawn for the old size would be seen for a frame while a border is dragged.
      flushSync(() => setSize({ width: target.clientWidth, height: target.offsetHeight }));
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
