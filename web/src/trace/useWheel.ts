/** Ctrl+wheel (and pinch, which browsers report as such) zooms at the pointer; shift+wheel pans. */
import { type RefObject, useEffect, useRef } from 'react';
import { pan, zoom } from './scale';
import type { Story } from './useStory';

const ZOOM_PER_PX = 0.0022;

export function useWheel(grid: RefObject<HTMLElement | null>, track: RefObject<HTMLElement | null>, story: Story): void {
  const latest = useRef(story);
  useEffect(() => {
    latest.current = story;
  });
  useEffect(() => {
    const element = grid.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      const box = track.current?.getBoundingClientRect();
      if (!box || box.width === 0) return;
      const { view, whole, setView } = latest.current;
      const width = view.to - view.from;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !sideways) return;
      // The browser would zoom the page or go back in history.
      event.preventDefault();
      if (event.ctrlKey) {
        const center = view.from + ((event.clientX - box.left) / box.width) * width;
        const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * ZOOM_PER_PX * 2);
        setView(zoom(view, factor, Math.max(view.from, Math.min(view.to, center)), whole));
      } else setView(pan(view, ((event.deltaX || event.deltaY) / box.width) * width, whole));
    };
    // React listens passively, and a passive listener may not prevent the page from zooming.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [grid, track]);
}
