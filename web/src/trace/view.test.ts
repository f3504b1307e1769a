import { expect, it } from 'vitest';
import { readView, writeView } from './view';

const throughUrl = (search: string): string => {
  const parameters = new URLSearchParams(search);
  const view = readView(parameters);
  const written = new URLSearchParams();
  writeView(view, written);
  return written.toString();
};

it('a plain address stays plain', () => {
  expect(throughUrl('')).toBe('');
  expect(throughUrl('cp=1&only=0&tab=attributes&colour=agent')).toBe('');
});

it('a link opens the same view', () => {
  const search = 'span=00f067aa0ba902b7&find=status%3Aerror&only=1&cp=0&z=12.5-480&collapsed=00f067aa0ba902b7%2C*research-lead&tab=logs&colour=pnl';
  expect(throughUrl(search)).toBe(search);
});

it('what is not understood falls back to the default', () => {
  expect(throughUrl('tab=nonsense&colour=mauve&only=yes')).toBe('');
});

it('agents may be called anything', () => {
  const view = { ...readView(new URLSearchParams()), foldedLanes: ['a,b', '100%2C', '*'] };
  const search = new URLSearchParams();
  writeView(view, search);
  expect(readView(new URLSearchParams(search.toString())).foldedLanes).toEqual(['a,b', '100%2C', '*']);
});
