import { Lexer } from 'yaml'

/** A text in quotes, between two offsets. */
interface Quoted {
  readonly from: number
  readonly to: number
  readonly isClosed: boolean
}

/** The place of an opening quote that is probably not closed, up to the end of its line. */
export interface OpenQuote {
  readonly from: number
  readonly to: number
  readonly message: string
  readonly hint: string
}

/**
 * Returns the first quote whose missing end explains one of the YAML mistakes at these offsets; null for none. A text
 * without its closing quote continues to the next quote, possibly lines later, and the mistake is found only after
 * that.
 */
export function openQuoteBefore(text: string, mistakes: ReadonlySet<number>): OpenQuote | null {
  for (const quoted of quotedIn(text)) {
    if (!quoted.isClosed || isSuspicious(text, quoted, mistakes)) return openQuote(text, quoted)
  }
  return null
}

/** Returns whether a mistake after a quoted text shows that its last quote was meant to open another text. */
function isSuspicious(text: string, { from, to }: Quoted, mistakes: ReadonlySet<number>): boolean {
  if (mistakes.has(to)) return /[^\s,:\]}]/.test(text.charAt(to))
  let next = to
  while (text[next] === ' ') next += 1
  return mistakes.has(next) && /\n| .$/.test(text.slice(from, to))
}

function openQuote(text: string, { from, to, isClosed }: Quoted): OpenQuote {
  const quote = text[from]
  const lineEnd = text.indexOf('\n', from)
  const end = text.slice(from, Math.min(to, lineEnd < 0 ? text.length : lineEnd)).trimEnd().length
  const hint = `write ${quote} where the text ends`
  const within = quote === "'" ? "; a ' within it is written twice" : '; a " within it is written \\"'
  return {
    from,
    to: from + Math.max(end, 1),
    message: `the text that begins here has no closing ${quote}`,
    hint: isClosed ? hint + within : hint,
  }
}

/** The lexeme before the text of a plain or block scalar. That text can begin with a quote. */
const SCALAR_FOLLOWS = '\x1f'
/**
 * Lexemes without characters in the text: the begin of a document, the begin of a scalar, and a broken flow collection.
 */
const MARKS: ReadonlySet<string> = new Set(['\x02', '\x18', SCALAR_FOLLOWS])

function* quotedIn(text: string): Generator<Quoted> {
  let offset = 0
  let before = ''
  for (const lexeme of new Lexer().lex(text)) {
    const [first] = lexeme
    if ((first === '"' || first === "'") && before !== SCALAR_FOLLOWS) {
      const isClosed = lexeme.length > 1 && lexeme.endsWith(first)
      yield { from: offset, to: offset + lexeme.length, isClosed }
    }
    if (!MARKS.has(lexeme)) offset += lexeme.length
    before = lexeme
  }
}
