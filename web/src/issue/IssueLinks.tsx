/** Other issues, a line each. */
import { count } from '../format';
import { LevelGlyph } from '../issues/Level';
import type { IssueLink } from '../issues/shapes';
import { levelWord, stateWord } from '../issues/words';
import { Link } from '../router';
import { issueHref } from './view';
import './links.css';

export function IssueLinks({ title, links }: { title: string; links: readonly IssueLink[] }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="issue-links">
        {links.map((link) => (
          <li key={link.id}>
            <Link href={issueHref(link.id)}>
              <LevelGlyph level={link.level} />
              <span className="sr">{levelWord(link.level)}: </span>
              <span className="link-title" title={link.title}>
                {link.title}
              </span>
              <span className="mut">{stateWord(link)}</span>
              <span className="num mut">{count(link.events)} ×</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
