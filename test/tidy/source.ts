import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A TypeScript file, read as syntax, so that comments and strings are not taken for code. */
export interface Source {
  /** From the project's root, with forward slashes: `src/engine/hash.ts`. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

export function parse(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) }
}

/** All TypeScript files below the folders, by path. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')))
}

/** Remembers what `read` returned for each source, since many rules ask for the same. */
function oncePerSource<T>(read: (source: Source) => T): (source: Source) => T {
  const known = new WeakMap<Source, T>()
  return (source) => {
    const before = known.get(source)
    if (before !== undefined) return before
    const value = read(source)
    known.set(source, value)
    return value
  }
}

/** Returns every node of the tree, each before its children. */
export const nodesOf = oncePerSource((source): readonly ts.Node[] => {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return nodes
})

export interface Comment {
  /** Where it begins in the text of the file. */
  readonly position: number
  readonly text: string
}

/** Returns every comment of the file, docstrings too. They hang on tokens, so that the tree is walked down to those. */
export const commentsOf = oncePerSource(({ text, tree }): readonly Comment[] => {
  const found = new Map<number, Comment>()
  const add = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) found.set(pos, { position: pos, text: text.slice(pos, end) })
  }
  const visit = (node: ts.Node): void => {
    add(ts.getLeadingCommentRanges(text, node.getFullStart()))
    add(ts.getTrailingCommentRanges(text, node.getEnd()))
    for (const child of node.getChildren(tree)) visit(child)
  }
  visit(tree)
  return [...found.values()]
})

export function lineOf(source: Source, position: number): number {
  return source.tree.getLineAndCharacterOfPosition(position).line + 1
}

/** Whether the identifier stands for a variable, and is not the name of a member or property. */
export function isVariable(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return leftOf(parent) === node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isBindingElement(parent)) return parent.propertyName !== node
  const isMember = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isPropertyAssignment(parent)
  return !(isMember && parent.name === node)
}

function leftOf(node: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node {
  return ts.isQualifiedName(node) ? node.left : node.expression
}

/** The name after a dot or in constant brackets, and in a destructuring pattern; null for any other node. */
export function memberName(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return node.argumentExpression.text
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
    return (node.propertyName ?? node.name).getText()
  return null
}

/** What the file imports, re-exports or names in a type, each with the node that says so. */
export function importsOf(source: Source): { specifier: string; node: ts.Node }[] {
  return nodesOf(source).flatMap((node) => {
    const from = specifierOf(node)
    return from !== undefined && ts.isStringLiteralLike(from) ? [{ specifier: from.text, node }] : []
  })
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0]
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  return undefined
}
