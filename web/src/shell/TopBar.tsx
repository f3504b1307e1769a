/** The 52 px bar on top of a page: menu button on small screens, where one is, and the page's controls. */
import { useEffect, type ReactNode } from 'react';
import { Icon } from '../icons';
import { Link } from '../router';
import { useOpenMenu } from './context';

interface Props {
  title: string;
  /** The page this one was reached from, e.g. Decisions above a trace. */
  parent?: { href: string; title: string };
  /** Beside the title, e.g. an outcome. */
  aside?: ReactNode;
  /** At the right. */
  children?: ReactNode;
}

export function TopBar({ title, parent, aside, children }: Props) {
  const openMenu = useOpenMenu();
  useEffect(() => {
    document.title = `${title} · Fleaglass`;
  }, [title]);
  return (
    <header className="top">
      <button type="button" className="btn quiet square only-s" aria-label="Menu" onClick={openMenu}>
        <Icon name="menu" />
      </button>
      {parent && (
        <span className="crumb hide-s">
          <Link href={parent.href}>{parent.title}</Link>
          <span aria-hidden="true">/</span>
        </span>
      )}
      <h1>{title}</h1>
      {aside}
      <div className="grow" />
      {children}
    </header>
  );
}
