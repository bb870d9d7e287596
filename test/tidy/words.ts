import ts from 'typescript'
import { isSource } from './layers.ts'
import type { Finding, Rule } from './rule.ts'
import { commentsOf, lineOf, nodesOf, type Source } from './source.ts'

/** Words that open a clause without a subject, or a sentence about nobody in particular. */
const OPENERS =
  /^(What|Who|Whose|Whom|Which|Whatever|Whoever|That|Of|By|As|Where|How|Than|And|But|Or|Nor|So|Because|Somebody|Nobody)\b/
const TEST_OPENERS = /^(and|but|nor|or|so|who|whoever|what|whose)\b/i
const CITATION = /\bDESIGN\b|SCENARIO\.md|\bfacts?,? \d+\.\d|kubernetes-paths\.md/
/** Pronouns for nobody in particular. */
const NOT_PLAIN = /\b(whoever|whomever|whosoever)\b/i

/** Each docstring with its text, without the stars. */
function docstringsOf(source: Source): { readonly line: number; readonly text: string }[] {
  return nodesOf(source).flatMap((node) =>
    ts.getJSDocCommentsAndTags(node).flatMap((doc) => {
      if (!ts.isJSDoc(doc) || doc.parent !== node) return []
      const text = doc
        .getText(source.tree)
        .replace(/^\/\*\*|\*\/$/g, '')
        .replace(/^\s*\* ?/gm, '')
        .trim()
      return [{ line: lineOf(source, doc.getStart(source.tree)), text }]
    }),
  )
}

/** Returns the comments that say what the pattern matches. */
function commentsWith(source: Source, pattern: RegExp): Finding[] {
  return commentsOf(source).flatMap(({ position, text }) => {
    const found = pattern.exec(text)
    return found === null ? [] : [{ line: lineOf(source, position), what: `says "${found[0]}"` }]
  })
}

const isCode = (path: string) => !path.startsWith('test/tidy')

export const docstringsSayWhatItIs: Rule = {
  name: 'a docstring opens with a subject or a verb',
  reason: 'A clause without a subject has to be decoded, and read aloud it is a riddle.',
  mend: 'Say what the thing is ("The hosts that ...") or does ("Returns the hosts that ..."); "Whether ..." is fine.',
  appliesTo: isSource,
  find: (source) =>
    docstringsOf(source).flatMap(({ line, text }) => {
      const opener = OPENERS.exec(text)?.[0]
      return opener === undefined ? [] : [{ line, what: `opens with "${opener}"` }]
    }),
}

export const testNamesStandAlone: Rule = {
  name: 'a test name does not go on from another',
  reason: 'A report shows names one by one.',
  mend: 'State behaviour and condition, so that the name is understood alone.',
  appliesTo: (path) => path.startsWith('test/'),
  find: (source) =>
    nodesOf(source).flatMap((node) => {
      if (!ts.isCallExpression(node) || !/^(it|test|describe)\b/.test(node.expression.getText(source.tree))) return []
      const [name] = node.arguments
      if (name === undefined || !(ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))) return []
      const text = name.getText(source.tree).slice(1)
      return TEST_OPENERS.test(text)
        ? [{ line: lineOf(source, name.getStart(source.tree)), what: `"${text.slice(0, -1)}"` }]
        : []
    }),
}

export const citationsLeadSomewhere: Rule = {
  name: 'a citation names a primary source or a page of this repository',
  reason: 'Readers of the repository do not have the papers that it was planned with.',
  mend: 'Cite the RFC, kernel function or Kubernetes file, else docs/design.md or docs/facts/.',
  appliesTo: isCode,
  find: (source) => commentsWith(source, CITATION),
}

export const plainWords: Rule = {
  name: 'comments use plain words',
  reason: 'Readers may have learned English at work, and know the terms of networks and Kubernetes.',
  mend: 'Use the term of the field, and name who does what.',
  appliesTo: isCode,
  find: (source) => commentsWith(source, NOT_PLAIN),
}
