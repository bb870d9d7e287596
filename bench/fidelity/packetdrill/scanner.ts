/** A mistake in a script, or something that the interpreter cannot read. */
export class ScriptError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** Reads a script from left to right. Blanks and comments before what is read are skipped. */
export class Scanner {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  get line(): number {
    return this.text.slice(0, this.at).split('\n').length
  }

  get isAtEnd(): boolean {
    this.skipBlanks()
    return this.at === this.text.length
  }

  /** Returns what a pattern matches here, and moves behind it; null where it does not match. */
  take(pattern: RegExp): RegExpExecArray | null {
    this.skipBlanks()
    const sticky = new RegExp(pattern.source, `${pattern.flags}y`)
    sticky.lastIndex = this.at
    const match = sticky.exec(this.text)
    if (match !== null) this.at = sticky.lastIndex
    return match
  }

  /** Returns the text of a pattern's first group, or of the whole match. */
  expect(pattern: RegExp, what: string): string {
    const match = this.take(pattern)
    if (match === null) throw this.error(`expected ${what}`)
    return match[1] ?? match[0]
  }

  /** Returns the text up to `end`, and moves behind it. */
  takeUntil(end: string): string {
    const found = this.text.indexOf(end, this.at)
    if (found < 0) throw this.error(`expected ${end}`)
    const inner = this.text.slice(this.at, found)
    this.at = found + end.length
    return inner
  }

  error(message: string): ScriptError {
    const rest = this.text.slice(this.at, this.at + 30).split('\n')[0]
    return new ScriptError(this.line, rest === '' ? message : `${message} at "${rest}"`)
  }

  private skipBlanks(): void {
    const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
    blank.lastIndex = this.at
    blank.exec(this.text)
    this.at = blank.lastIndex
  }
}
