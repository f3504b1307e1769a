/** Other things of a kind, a line each: how bad by a glyph, what, and beside it what else is known. */
import type { ReactNode } from 'react';
import { Link } from '../router';
import './link-list.css';

export const LinkList = ({ children }: { children: ReactNode }) => <ul className="link-list">{children}</ul>;

interface LineProps {
  href: string;
  glyph: ReactNode;
  /** What the glyph means. */
  word: string;
  title: string;
  /** All of it, on hover. */
  about: string;
  /** At the right. */
  children: ReactNode;
}

export function LinkLine({ href, glyph, word, title, about, children }: LineProps) {
  return (
    <li>
      <Link href={href} title={about}>
        {glyph}
        <span className="sr">{word}: </span>
        <span className="link-title">{title}</span>
        {children}
      </Link>
    </li>
  );
}
