import ts from 'typescript'
import { isBelowReport } from './layers.ts'
import { eachNode, type Rule } from './rule.ts'
import { isVariable, memberName } from './source.ts'

const INEXACT = new Set(
  (
    'pow exp log log2 log10 log1p expm1 sin cos tan asin acos atan atan2 ' +
    'sinh cosh tanh asinh acosh atanh cbrt hypot'
  ).split(' '),
)
const CLOCK_AND_CHANCE = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'globalThis'])
const CHANCE_MEMBERS = new Set(['getRandomValues', 'randomUUID'])
const LOCALE_MEMBERS = new Set(['localeCompare', 'normalize'])
const COLLECTED = new Set(['WeakRef', 'FinalizationRegistry'])
const SORTS = new Set(['sort', 'toSorted'])

export const exactMath: Rule = {
  name: 'no Math function that engines disagree on',
  reason: 'V8 in Node 20 and 24 disagree on the last bit of Math.pow and **, JavaScriptCore with both on nearly all.',
  mend: 'Use + - * / and Math.sqrt, or a function of src/engine/exact-math.ts; write out small powers as products.',
  appliesTo: isBelowReport,
  find: eachNode((node) => {
    if (ts.isIdentifier(node) && node.text === 'Math' && isVariable(node)) {
      const member = memberName(node.parent)
      if (member === null) return 'uses Math other than by a named member'
      return INEXACT.has(member) ? `uses Math.${member}` : null
    }
    // Powers of BigInts are whole and exact.
    if (node.kind === ts.SyntaxKind.AsteriskAsteriskToken) return isOfBigInts(node.parent) ? null : 'uses **'
    return node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken ? 'uses **=' : null
  }),
}

function isOfBigInts(power: ts.Node): boolean {
  return ts.isBinaryExpression(power) && (ts.isBigIntLiteral(power.left) || ts.isBigIntLiteral(power.right))
}

export const clockAndChance: Rule = {
  name: 'no clock, no timer, no unseeded chance',
  reason: 'A run is a function of scenario and seed alone.',
  mend: 'Take the time from the tick of the event, and chance from a named stream (src/engine/streams.ts).',
  appliesTo: isBelowReport,
  find: eachNode((node) => {
    if (ts.isIdentifier(node) && CLOCK_AND_CHANCE.has(node.text) && isVariable(node)) return `uses ${node.text}`
    const member = memberName(node)
    if (member === 'random' && node.getText().startsWith('Math')) return 'uses Math.random'
    return member !== null && CHANCE_MEMBERS.has(member) ? `uses ${member}` : null
  }),
}

export const noLocale: Rule = {
  name: 'nothing that depends on the locale',
  reason: 'Locale and Unicode tables differ by machine and by engine release.',
  mend: 'Compare strings with < and >, by code unit; format numbers in report/.',
  appliesTo: isBelowReport,
  find: eachNode((node) => {
    if (ts.isIdentifier(node) && node.text === 'Intl' && isVariable(node)) return 'uses Intl'
    const member = memberName(node)
    const isLocal = member !== null && (LOCALE_MEMBERS.has(member) || member.startsWith('toLocale'))
    return isLocal ? `uses ${member}` : null
  }),
}

export const stableOrder: Rule = {
  name: 'every order is stated',
  reason: 'for...in and the garbage collector have an order of their own, and sort() without one compares as strings.',
  mend: 'Use for...of over a sorted array, and hand sort a comparison that decides every tie.',
  appliesTo: isBelowReport,
  find: eachNode((node) => {
    if (ts.isForInStatement(node)) return 'uses for...in'
    if (ts.isIdentifier(node) && COLLECTED.has(node.text) && isVariable(node)) return `uses ${node.text}`
    if (!ts.isCallExpression(node) || node.arguments.length > 0) return null
    const member = memberName(node.expression)
    return member !== null && SORTS.has(member) ? `uses ${member}() without a comparison` : null
  }),
}
