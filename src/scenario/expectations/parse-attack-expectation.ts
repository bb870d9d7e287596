import { TECHNIQUES } from '../../attack/techniques.ts'
import { namesOf } from '../../engine/registry.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import type { LineReader, Word } from './line-reader.ts'
import type { WrittenExpectation } from './written-expectation.ts'

/** The forms of lines about attackers. */
export const ATTACK_FORMS = {
  secret: 'secret(exec-stdin) stays secret from ATTACKER',
  never: 'never read, modified by ATTACKER on PATH',
  verdict: 'verdict(ATTACKER, PATH, TECHNIQUE) excludes read',
  exposure: 'exposure(ATTACKER, PATH) < 40%',
  noticed: 'noticed(ATTACKER, PATH) security',
} as const

export type AttackSubject = keyof typeof ATTACK_FORMS

/** Reads a line about attackers, starting at its second word. */
export function readAttackExpectation(kind: AttackSubject, reader: LineReader): WrittenExpectation {
  if (kind === 'secret') return readSecret(reader)
  if (kind === 'never') return readNever(reader)
  const { text } = reader
  const words = readSubject(reader)
  const about = {
    text,
    attacker: words.attacker.text,
    path: words.path.text,
    technique: words.technique?.text ?? null,
  }
  if (kind === 'verdict') {
    const mode = reader.oneOf('a verb', ['includes', 'excludes', 'is'])
    return { expectation: { kind, ...about, mode, outcome: readOutcome(reader) }, words }
  }
  if (kind === 'exposure') {
    const comparison = reader.comparison()
    return { expectation: { kind, ...about, comparison, boundRatio: reader.ratio() }, words }
  }
  const noticed = reader.oneOf('a level', ['none', 'fault', 'security'])
  return { expectation: { kind, ...about, noticed }, words }
}

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
