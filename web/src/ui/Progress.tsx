/** A 2 px line at the top of a page while it loads, shown by CSS only after 300 ms so that quick answers stay calm. */
import './progress.css';

export function Progress({ active }: { active: boolean }) {
  return active ? <div className="progress" role="progressbar" aria-label="Loading" /> : null;
}
