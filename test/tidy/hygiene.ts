import { builtinModules } from 'node:module'
import ts from 'typescript'
import { isSource, layerOf } from './layers.ts'
import { eachNode, type Rule } from './rule.ts'
import { commentsOf, importsOf, isVariable, lineOf, nodesOf, type Source } from './source.ts'

const MAX_FILE_LINES = 700
const MAX_FUNCTION_LINES = 60
const SURROUNDINGS = new Set(['process', 'console', 'Buffer', 'require'])
const SUPPRESSION = /@ts-(ignore|expect-error|nocheck)/
const POSTPONED = /\b(TODO|FIXME|XXX|HACK)\b/

const everywhere = () => true

export const onlyCliKnowsTheMachine: Rule = {
  name: 'only disk/ and cli/ know process, console and node:*',
  reason:
    'Simulations run in tests, in browsers and in other engines, where there is no process and nothing may print.',
  mend: 'Hand the value in, or return the text, and do the rest in cli/.',
  appliesTo: (path) => isSource(path) && !['disk', 'cli'].includes(layerOf(path) ?? ''),
  find: (source) => [
    ...importsOf(source)
      .filter(({ specifier }) => specifier.startsWith('node:') || builtinModules.includes(specifier))
      .map(({ specifier, node }) => ({
        line: lineOf(source, node.getStart(source.tree)),
        what: `imports ${specifier}`,
      })),
    ...eachNode((node) =>
      ts.isIdentifier(node) && SURROUNDINGS.has(node.text) && isVariable(node) ? `uses ${node.text}` : null,
    )(source),
  ],
}

/** The functions of node:fs that change no file; `openSync` does not where it opens for reading. */
const READING = new Set(
  'closeSync constants existsSync fstatSync lstatSync readdirSync readFileSync readSync realpathSync statSync openSync'.split(
    ' ',
  ),
)

export const oneWriter: Rule = {
  name: 'files are written by cli/files/ alone, and by --fix --write',
  reason: 'What is written is whole or not there, also after a kill and on a full disk, which is tested for those.',
  mend: 'Use OutputFile or OutputFolder.',
  appliesTo: (path) =>
    ['disk', 'cli'].includes(layerOf(path) ?? '') && !/^src\/cli\/(?:files\/|fix\/write-files\.ts$)/.test(path),
  find: (source) =>
    importsOf(source)
      .filter(({ specifier }) => /^(?:node:)?fs(?:\/promises)?$/.test(specifier))
      .flatMap(({ specifier, node }) => {
        const line = lineOf(source, node.getStart(source.tree))
        const named = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined
        if (named === undefined || !ts.isNamedImports(named)) return [{ line, what: `imports all of ${specifier}` }]
        return named.elements
          .map(({ name, propertyName }) => (propertyName ?? name).text)
          .filter((name) => specifier.endsWith('promises') || !READING.has(name))
          .map((name) => ({ line, what: `imports ${name}` }))
      }),
}

export const noAny: Rule = {
  name: 'no any',
  reason: 'It turns the checker off for everything that it touches.',
  mend: 'Say what the value is, or `unknown` and look before use.',
  appliesTo: everywhere,
  find: (source) => [
    ...eachNode((node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'uses any' : null))(source),
    ...inComments(source, SUPPRESSION),
  ],
}

export const nothingPostponed: Rule = {
  name: 'nothing is left to do in a comment',
  reason: 'Nobody reads them again, and the reader cannot tell whether the code works.',
  mend: 'Do it, refuse it with a message, or file an issue.',
  appliesTo: everywhere,
  find: (source) => inComments(source, POSTPONED),
}

export const smallFiles: Rule = {
  name: `files have at most ${MAX_FILE_LINES} lines`,
  reason:
    'A file is one concept, read in one sitting. A class that was cut in three to stay short, whose parts hand each other `this`, reads worse than one of 600 lines; what is longer holds a second concept.',
  mend: 'Find the second concept in it, and give that a file of its own name.',
  appliesTo: everywhere,
  find: ({ text }) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    return lines > MAX_FILE_LINES ? [{ line: lines, what: `has ${lines} lines` }] : []
  },
}

export const smallFunctions: Rule = {
  name: `functions have at most ${MAX_FUNCTION_LINES} lines`,
  reason: 'A function fits on a screen with its context.',
  mend: 'Name a part of it, and make that a function.',
  // In tests, `describe` is a chapter and not a function.
  appliesTo: (path) => !path.startsWith('test/'),
  find: (source) =>
    nodesOf(source).flatMap((node) => {
      if (!ts.isFunctionLike(node) || !('body' in node)) return []
      const first = lineOf(source, node.getStart(source.tree))
      const lines = lineOf(source, node.end) - first + 1
      return lines > MAX_FUNCTION_LINES ? [{ line: first, what: `has a function of ${lines} lines` }] : []
    }),
}

export const oneFormOfRegistries: Rule = {
  name: 'a registry satisfies the type of its entries',
  reason: 'Names, types, schema and lists derive from it, so that an entry of another shape shows far away.',
  mend: 'Write { ... } satisfies Readonly<Record<string, Entry>>, and keep keyof typeof for its names.',
  appliesTo: (path) => path.startsWith('src/'),
  find: (source) => {
    const named = new Set(
      nodesOf(source).flatMap((node) =>
        ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword && ts.isTypeQueryNode(node.type)
          ? [node.type.exprName.getText(source.tree)]
          : [],
      ),
    )
    return nodesOf(source).flatMap((node) => {
      if (!ts.isVariableDeclaration(node) || !isObject(node.initializer)) return []
      const name = node.name.getText(source.tree)
      if (!named.has(name) || name !== name.toUpperCase()) return []
      return [
        { line: lineOf(source, node.getStart(source.tree)), what: `names types after ${name}, without satisfies` },
      ]
    })
  },
}

/** Returns whether an expression is an object as it stands, with or without `as const`. */
function isObject(expression: ts.Expression | undefined): boolean {
  if (expression === undefined) return false
  return ts.isAsExpression(expression) ? isObject(expression.expression) : ts.isObjectLiteralExpression(expression)
}

export const kebabCase: Rule = {
  name: 'file names are kebab-case',
  reason: 'Some file systems do not tell upper from lower case.',
  mend: 'Name the file after its concept: link-direction.ts.',
  appliesTo: everywhere,
  find: ({ path }) => {
    const isKebab = path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(part))
    return isKebab ? [] : [{ line: 1, what: 'is not kebab-case' }]
  },
}

function inComments(source: Source, pattern: RegExp): { line: number; what: string }[] {
  return commentsOf(source).flatMap(({ position, text }) => {
    const match = pattern.exec(text)
    return match === null ? [] : [{ line: lineOf(source, position + match.index), what: `says ${match[0]}` }]
  })
}
