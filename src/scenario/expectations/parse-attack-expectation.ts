import { TECHNIQUES } from '../../attack/techniques.ts'
import { namesOf } from '../../engine/registry.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import type { LineReader, Word } from './line-reader.ts'
import type { ExpectationLine, WrittenExpectation } from './written-expectation.ts'

/** The lines about attackers: the form of each, and how it is read from its second word on. */
export const ATTACK_LINES = {
  secret: { form: 'secret(exec-stdin) stays secret from ATTACKER', read: readSecret },
  never: { form: 'never read, modified by ATTACKER on PATH', read: readNever },
  verdict: {
    form: 'verdict(ATTACKER, PATH, TECHNIQUE) excludes read',
    read(reader) {
      const { about, words } = readAbout(reader)
      const mode = reader.oneOf('a verb', ['includes', 'excludes', 'is'])
      return { expectation: { kind: 'verdict', ...about, mode, outcome: readOutcome(reader) }, words }
    },
  },
  exposure: {
    form: 'exposure(ATTACKER, PATH) < 40%',
    read(reader) {
      const { about, words } = readAbout(reader)
      const comparison = reader.comparison()
      return { expectation: { kind: 'exposure', ...about, comparison, boundRatio: reader.ratio() }, words }
    },
  },
  noticed: {
    form: 'noticed(ATTACKER, PATH) security',
    read(reader) {
      const { about, words } = readAbout(reader)
      const noticed = reader.oneOf('a level', ['none', 'fault', 'security'])
      return { expectation: { kind: 'noticed', ...about, noticed }, words }
    },
  },
} satisfies Readonly<Record<string, ExpectationLine>>

function readOutcome(reader: LineReader): Outcome {
  return reader.oneOf('an outcome', OUTCOMES)
}

/** Reads outcomes such as `read, modified`. Each has to be in `allowed`. */
export function readOutcomes(reader: LineReader, allowed: readonly Outcome[]): readonly Outcome[] {
  const outcomes = [reader.oneOf('an outcome', allowed)]
  while (reader.readIf(',')) outcomes.push(reader.oneOf('an outcome', allowed))
  return outcomes
}

/** Reads `by mallory on plain`; the path may be missing. */
function readAttackerAndPath(reader: LineReader): { readonly attacker: Word; readonly path: Word | null } {
  reader.oneOf('the word by', ['by'])
  const attacker = reader.read('the name of an attacker')
  if (reader.isAtEnd) return { attacker, path: null }
  reader.oneOf('the word on, or nothing', ['on'])
  return { attacker, path: reader.phrase('a path') }
}

function readSecret(reader: LineReader): WrittenExpectation {
  const { text } = reader
  reader.oneOf('(', ['('])
  const secret = reader.read('the name of a secret')
  reader.oneOf(')', [')'])
  reader.oneOf('the word stays', ['stays'])
  reader.oneOf('the word secret', ['secret'])
  if (reader.isAtEnd)
    return { expectation: { kind: 'secret', text, secret: secret.text, attacker: null }, words: { secret } }
  reader.oneOf('the word from, or nothing', ['from'])
  const attacker = reader.read('the name of an attacker')
  const isEverybody = attacker.text === 'everybody'
  return {
    expectation: { kind: 'secret', text, secret: secret.text, attacker: isEverybody ? null : attacker.text },
    words: { secret, attacker: isEverybody ? null : attacker },
  }
}

function readNever(reader: LineReader): WrittenExpectation {
  const { text } = reader
  const outcomes = readOutcomes(reader, OUTCOMES)
  const { attacker, path } = readAttackerAndPath(reader)
  return {
    expectation: { kind: 'never', text, outcomes, attacker: attacker.text, path: path?.text ?? null },
    words: { attacker, path },
  }
}

/** Reads the subject of a line. */
function readAbout(reader: LineReader) {
  const words = readSubject(reader)
  const { attacker, path, technique } = words
  return {
    about: { text: reader.text, attacker: attacker.text, path: path.text, technique: technique?.text ?? null },
    words,
  }
}

/** Reads `(mallory, logs, impersonate-server)`; the technique may be missing. */
function readSubject(reader: LineReader): { attacker: Word; path: Word; technique: Word | null } {
  reader.oneOf('(', ['('])
  const attacker = reader.read('the name of an attacker')
  reader.oneOf('a comma', [','])
  const path = reader.phrase('a path')
  if (reader.readIf(')')) return { attacker, path, technique: null }
  reader.oneOf('a comma or )', [','])
  const technique = reader.next
  reader.oneOf('a technique', namesOf(TECHNIQUES))
  reader.oneOf(')', [')'])
  return { attacker, path, technique }
}
