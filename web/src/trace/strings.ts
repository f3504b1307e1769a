/** Text stored once, referred to by number; 0 is the empty string. */
export class StringTable {
  readonly all: string[] = [''];
  private readonly indexOf = new Map<string, number>([['', 0]]);

  add(text: string): number {
    let index = this.indexOf.get(text);
    if (index === undefined) {
      index = this.all.length;
      this.all.push(text);
      this.indexOf.set(text, index);
    }
    return index;
  }
}
