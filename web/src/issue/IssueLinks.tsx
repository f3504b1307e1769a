/** Other issues, a line each. */
import { count } from '../format';
import { LevelGlyph } from '../issues/Level';
import type { IssueLink } from '../issues/shapes';
import { levelWord, stateWord } from '../issues/words';
import { LinkLine, LinkList } from '../ui/LinkList';
import { issueHref } from './view';

export function IssueLinks({ title, links }: { title: string; links: readonly IssueLink[] }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <LinkList>
        {links.map((link) => (
          <LinkLine
            key={link.id}
            href={issueHref(link.id)}
            glyph={<LevelGlyph level={link.level} />}
            word={levelWord(link.level)}
            title={link.title}
            about={link.title}
          >
            <span className="mut">{stateWord(link)}</span>
            <span className="num mut">{count(link.events)} ×</span>
          </LinkLine>
        ))}
      </LinkList>
    </section>
  );
}
