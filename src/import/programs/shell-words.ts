/** A word of a command line, and its offset in the text. */
export interface ShellWord {
  readonly text: string
  readonly offset: number
}

/** The characters that end a simple command outside of quotes. */
const SEPARATORS = ';&|\n()'

/**
 * Splits a text into simple commands of words, as a POSIX shell does (POSIX.1-2017, XCU 2.2, 2.3). Redirections and
 * comments are dropped. Variables in `variables` are replaced, and their unquoted values are split again.
 */
export function shellCommands(text: string, variables: ReadonlyMap<string, string> = new Map()): ShellWord[][] {
  return new ShellSplitter(text, variables).split()
}

class ShellSplitter {
  readonly #text: string
  readonly #variables: ReadonlyMap<string, string>
  readonly #commands: ShellWord[][] = []
  #words: ShellWord[] = []
  #word: string | null = null
  #wordStart = 0
  /** True if the next word is the file of a redirection. */
  #isTarget = false
  #at = 0

  constructor(text: string, variables: ReadonlyMap<string, string>) {
    this.#text = text
    this.#variables = variables
  }

  split(): ShellWord[][] {
    while (this.#at < this.#text.length) this.#step()
    this.#endCommand()
    return this.#commands
  }

  #step(): void {
    const character = this.#text[this.#at]
    if (character === '\\') this.#takeEscaped()
    else if (character === "'") this.#takeQuoted()
    else if (character === '"') this.#takeDoubleQuoted()
    else if (character === '$' || character === '`') this.#takeExpansion(false)
    else if (character === '#' && this.#word === null) this.#skipComment()
    else if (character === '>' || character === '<') this.#redirect()
    else if (SEPARATORS.includes(character)) {
      this.#endCommand()
      this.#at++
    } else if (/\s/.test(character)) {
      this.#endWord()
      this.#at++
    } else {
      this.#add(character)
      this.#at++
    }
  }

  #add(text: string): void {
    if (this.#word === null) {
      this.#word = ''
      this.#wordStart = this.#at
    }
    this.#word += text
  }

  #takeEscaped(): void {
    const next = this.#text[this.#at + 1] ?? ''
    if (next !== '\n') this.#add(next)
    this.#at += 2
  }

  #takeQuoted(): void {
    const end = this.#text.indexOf("'", this.#at + 1)
    const close = end < 0 ? this.#text.length : end
    this.#add(this.#text.slice(this.#at + 1, close))
    this.#at = close + 1
  }

  #takeDoubleQuoted(): void {
    this.#add('')
    this.#at++
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      const character = this.#text[this.#at]
      if (character === '\\' && '$`"\\\n'.includes(this.#text[this.#at + 1] ?? ' ')) this.#takeEscaped()
      else if (character === '$') this.#takeExpansion(true)
      else {
        this.#add(character)
        this.#at++
      }
    }
    this.#at++
  }

  /** Replaces a variable. Variables without a value and command substitutions stay unchanged. */
  #takeExpansion(isQuoted: boolean): void {
    const found = /^\$(?:\{(\w+)(?::?[-=+?][^}]*)?\}|(\w+)|\((\w+)\))/.exec(this.#text.slice(this.#at, this.#at + 200))
    if (found === null) {
      this.#add(this.#text[this.#at])
      this.#at++
      return
    }
    const value = this.#variables.get(found[1] ?? found[2] ?? found[3]) ?? found[0]
    if (isQuoted || value === found[0]) this.#add(value)
    else this.#addSplit(value)
    this.#at += found[0].length
  }

  #addSplit(value: string): void {
    const [first, ...others] = value.split(/\s+/)
    if (first !== '') this.#add(first)
    for (const other of others) {
      this.#endWord()
      if (other !== '') this.#add(other)
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end
  }

  /** Skips `1>>file`, `2>&1`, `< file`. */
  #redirect(): void {
    if (this.#word !== null && /^\d+$/.test(this.#word)) this.#word = null
    this.#endWord()
    const operator = /^(?:>>|>&|>\||<<-?|<&|<>|>|<)/.exec(this.#text.slice(this.#at, this.#at + 3))!
    this.#at += operator[0].length
    this.#isTarget = true
  }

  #endWord(): void {
    if (this.#word === null) return
    if (this.#isTarget) this.#isTarget = false
    else this.#words.push({ text: this.#word, offset: this.#wordStart })
    this.#word = null
  }

  #endCommand(): void {
    this.#endWord()
    this.#isTarget = false
    if (this.#words.length > 0) this.#commands.push(this.#words)
    this.#words = []
  }
}
