import ts from 'typescript'
import { isBelowReport, layerOf } from './layers.ts'
import type { Finding, Rule } from './rule.ts'
import { lineOf, nodesOf, type Source } from './source.ts'

/** What grows the arena; whatever calls it may, and whatever calls that, by name. */
const GROWING = 'grow'

/**
 * A rule about columns of the arena's tables. It goes by names: `columns` are the fields that some table takes from
 * its arena, and a call may add a row if a method of its name does, anywhere in the sources.
 */
export function staleViews(sources: readonly Source[]): Rule {
  const own = sources.filter(({ path }) => hasTables(path))
  const columns = columnsOf(own)
  const growing = callersOf(GROWING, own)
  return {
    name: 'no view of a column is held while a row may be added',
    reason: 'The arena moves when it grows, and what is stored into the old view is lost.',
    mend: 'Call first, keep what came of it, then store; take a column from its table again after every call.',
    appliesTo: hasTables,
    find: (source) => [...storedAcross(source, growing), ...heldAcross(source, columns, growing)],
  }
}

/** All that runs while a simulation does: plans are made before there is an arena, and `packets` only reads tables. */
function hasTables(path: string): boolean {
  const isPlan = /^src\/simulation\/(?:.+\/)?(?:plan|expand)-[\w-]+\.ts$/.test(path)
  const hasNone = ['packets', 'scenario', 'import'].includes(layerOf(path) ?? '') || isPlan
  return isBelowReport(path) && !hasNone
}

/** `table.column[row] = this.open()`: the view is taken before the call. */
function storedAcross(source: Source, growing: ReadonlySet<string>): Finding[] {
  return nodesOf(source).flatMap((node) => {
    if (!isAssignment(node) || !ts.isElementAccessExpression(node.left)) return []
    const call = callsIn(node.right).find((name) => growing.has(name))
    return call === undefined
      ? []
      : [{ line: line(source, node), what: `stores into ${node.left.expression.getText()} what ${call}() returns` }]
  })
}

/** `const { column } = table`, a call, and then `column[row]`. */
function heldAcross(source: Source, columns: ReadonlySet<string>, growing: ReadonlySet<string>): Finding[] {
  return nodesOf(source).flatMap((node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return []
    const body = node.body as ts.Node
    return heldIn(body, columns).flatMap(({ name, from }) => {
      const nodes = below(body).filter((each) => each.getStart() > from)
      const call = nodes.find((each): each is ts.CallExpression => mayGrow(each, growing))
      if (call === undefined) return []
      // What stands before the call in a loop comes after it the next time.
      const loop = nodes.find((each) => isLoop(each) && each.pos < call.pos && call.end < each.end)
      const after = loop?.pos ?? call.end
      const use = nodes.find((each) => each.getStart() > after && isElementOf(each, name))
      return use === undefined
        ? []
        : [{ line: line(source, use), what: `still holds ${name} after ${calledName(call)}()` }]
    })
  })
}

/** Variables of the function that are columns, with the position from which on they are. */
function heldIn(body: ts.Node, columns: ReadonlySet<string>): { name: string; from: number }[] {
  return below(body).flatMap((node) => {
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const property = (node.propertyName ?? node.name).getText()
      return columns.has(property) ? [{ name: node.name.getText(), from: node.parent.parent.getEnd() }] : []
    }
    const isHeld =
      ts.isVariableDeclaration(node) &&
      node.initializer !== undefined &&
      ts.isPropertyAccessExpression(node.initializer)
    if (!isHeld || !columns.has((node.initializer as ts.PropertyAccessExpression).name.text)) return []
    return [{ name: node.name.getText(), from: node.getEnd() }]
  })
}

/** `this.column = columns.float64()`. */
function columnsOf(sources: readonly Source[]): Set<string> {
  const kinds = new Set(['float64', 'int32', 'uint32', 'uint16', 'uint8'])
  const names = sources.flatMap(nodesOf).flatMap((node) => {
    if (!isAssignment(node) || !ts.isPropertyAccessExpression(node.left) || !ts.isCallExpression(node.right)) return []
    return kinds.has(calledName(node.right)) ? [node.left.name.text] : []
  })
  return new Set(names)
}

function callersOf(name: string, sources: readonly Source[]): Set<string> {
  const callsByName = new Map<string, Set<string>>()
  for (const node of sources.flatMap(nodesOf)) {
    if (!isNamedFunction(node) || node.body === undefined) continue
    const caller = node.name.getText()
    callsByName.set(caller, new Set([...(callsByName.get(caller) ?? []), ...callsIn(node.body)]))
  }
  const callers = new Set([name])
  for (let before = 0; before < callers.size; ) {
    before = callers.size
    for (const [caller, calls] of callsByName) if ([...calls].some((called) => callers.has(called))) callers.add(caller)
  }
  return callers
}

type NamedFunction = (ts.MethodDeclaration | ts.FunctionDeclaration) & { readonly name: ts.Node }

function isNamedFunction(node: ts.Node): node is NamedFunction {
  return (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name !== undefined
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  const { FirstAssignment, LastAssignment } = ts.SyntaxKind
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= FirstAssignment &&
    node.operatorToken.kind <= LastAssignment
  )
}

function isLoop(node: ts.Node): boolean {
  return ts.isIterationStatement(node, false)
}

function isElementOf(node: ts.Node, name: string): boolean {
  return ts.isElementAccessExpression(node) && node.expression.getText() === name
}

function callsIn(node: ts.Node): string[] {
  return below(node)
    .filter((each) => ts.isCallExpression(each))
    .filter((each) => !isPushToList(each))
    .map(calledName)
}

function mayGrow(node: ts.Node, growing: ReadonlySet<string>): node is ts.CallExpression {
  return ts.isCallExpression(node) && growing.has(calledName(node)) && !isPushToList(node)
}

/** Events and segments are pushed with more to tell. */
function isPushToList(call: ts.CallExpression): boolean {
  return calledName(call) === 'push' && call.arguments.length === 1
}

function calledName({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText()
}

/** The node and all nodes below it, in the order of the text. */
function below(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (each: ts.Node): void => {
    nodes.push(each)
    ts.forEachChild(each, visit)
  }
  visit(node)
  return nodes
}

function line(source: Source, node: ts.Node): number {
  return lineOf(source, node.getStart(source.tree))
}
