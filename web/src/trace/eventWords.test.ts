import { describe, expect, it } from 'vitest';
import { eventWord } from './eventWords';

describe('an event in words', () => {
  it.each([
    ['order_filled', 'Order filled'],
    ['api_response', 'API response'],
    ['signal', 'Signal'],
    ['constructor', 'Constructor'],
    ['gen_ai.choice', 'gen_ai.choice'],
    ['CACHE_MISS', 'CACHE_MISS'],
    ['', 'Unnamed event'],
  ])('%s', (name, word) => {
    expect(eventWord(name)).toBe(word);
  });
});
