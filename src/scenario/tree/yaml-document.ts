import { Composer, type CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml'
import { MAX_PROBLEMS } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import { openQuoteBefore } from './open-quote.ts'

/**
 * The size limits of a scenario. The output of `--print-config` for the largest cluster is within them. The time to
 * read a text depends on its number of lexemes; each value needs a few (its key, a colon, blanks, the value and a line
 * end).
 */
export const MAX_CHARACTERS = 1 << 24
export const MAX_LEVELS = 64
export const MAX_VALUES = 250_000
const MAX_LEXEMES = 10 * MAX_VALUES

/** Characters that YAML does not allow: control characters except tab and line ends, lone surrogates, non-characters. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\r(?!\n)|\p{Cs}|[\ufffe\uffff]/u

/** A YAML mistake between two offsets of a text. */
export interface YamlMistake {
  readonly from: number
  readonly to: number
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string
}

export type ReadYaml =
  | { readonly ok: true; readonly contents: ParsedNode }
  | { readonly ok: false; readonly mistakes: readonly YamlMistake[] }

/** Reads a text as one YAML 1.2 document of bounded size and depth. */
export function readYaml(text: string): ReadYaml {
  const unreadable = whyUnreadable(text)
  if (unreadable !== null) return { ok: false, mistakes: [unreadable] }
  const tokens = tokensOf(text)
  if (!Array.isArray(tokens)) return { ok: false, mistakes: [tokens] }
  const { document, mistakes } = composeOne(tokens, text.length)
  if (mistakes.length > 0) {
    // After a text without its closing quote, quotes are read inside out, so other mistakes there mean nothing.
    const open = openQuoteBefore(text, new Set(mistakes.map(({ from }) => from)))
    return { ok: false, mistakes: open === null ? mistakes : [{ code: 'yaml-syntax', ...open }] }
  }
  if (document?.contents) return { ok: true, contents: document.contents }
  const hint = 'a scenario begins with `version: 1`'
  return { ok: false, mistakes: [{ from: 0, to: 0, code: 'wrong-type', message: 'the scenario is empty', hint }] }
}

function whyUnreadable(text: string): YamlMistake | null {
  if (text.length > MAX_CHARACTERS) {
    const message = `the text has ${text.length} characters, and at most ${MAX_CHARACTERS} are allowed`
    return { from: 0, to: 0, code: 'too-large', message }
  }
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden === null) return null
  const from = forbidden.index
  const codePoint = text.charCodeAt(from).toString(16).toUpperCase().padStart(4, '0')
  return { from, to: from + 1, code: 'yaml-syntax', message: `the character U+${codePoint} is not allowed in YAML` }
}

/**
 * Returns the tokens of a text. Too many tokens, or tokens nested too deeply for the recursive steps that follow, are a
 * mistake.
 */
function tokensOf(text: string): CST.Token[] | YamlMistake {
  const lexer = new Lexer()
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let lexemes = 0
  for (const lexeme of lexer.lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (++lexemes > MAX_LEXEMES) {
      const from = parser.offset
      return { from, to: from + 1, code: 'too-large', message: `more than ${MAX_VALUES} values` }
    }
    if (parser.stack.length > MAX_LEVELS) {
      const from = parser.offset
      return { from, to: from + 1, code: 'too-large', message: `nested more than ${MAX_LEVELS} levels deep` }
    }
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

class TooManyMistakes extends Error {}

/**
 * Composes the first document and collects mistakes. It replaces the composer's error callback, which collects errors
 * without a limit: a text of a million commas would take 15 seconds.
 */
function composeOne(
  tokens: readonly CST.Token[],
  length: number,
): { document: Document.Parsed | null; mistakes: YamlMistake[] } {
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'silent' })
  const mistakes: YamlMistake[] = []
  const watched = composer as unknown as { onError: (source: ErrorPlace, code: string, message: string) => void }
  watched.onError = (source, code, message) => {
    const [from, to] = rangeOf(source)
    mistakes.push({ from, to: Math.max(to, from + 1), message: inSentence(message), ...remedyOf(code) })
    if (mistakes.length > MAX_PROBLEMS) throw new TooManyMistakes()
  }
  let document: Document.Parsed | null = null
  try {
    for (const next of composer.compose(tokens, true, length)) {
      if (document !== null) {
        const [from] = next.range
        const message = 'a second document begins here, and a scenario is one document'
        return { document, mistakes: [...mistakes, { from, to: from, code: 'yaml-feature', message }] }
      }
      document = next
    }
  } catch (error) {
    if (!(error instanceof TooManyMistakes)) throw error
  }
  if (document?.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    const message = 'scenarios are YAML 1.2; leave the %YAML directive out'
    mistakes.push({ from: 0, to: 0, code: 'yaml-feature', message })
  }
  return { document, mistakes }
}

/** The position of an error, which the composer gives as an offset, a range or a token. */
type ErrorPlace = number | readonly number[] | { readonly offset: number; readonly source?: string }

function rangeOf(source: ErrorPlace): [number, number] {
  if (typeof source === 'number') return [source, source + 1]
  if ('length' in source) return [source[0], source[1]]
  return [source.offset, source.offset + (source.source?.length ?? 1)]
}

function remedyOf(code: string): { code: ProblemCode; hint?: string } {
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_DIRECTIVE') return { code: 'yaml-feature' }
  if (code === 'TAB_AS_INDENT') return { code: 'yaml-syntax', hint: 'indent with spaces' }
  return { code: 'yaml-syntax' }
}

function inSentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\s+/g, ' ')
}
