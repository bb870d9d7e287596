import { relative } from 'node:path'
import ts from 'typescript'

/** Names that one registry gives, and the files that may compare with them. */
export interface Names {
  /** `path kind`, for messages. */
  readonly what: string
  /** An exported type alias that is the union of the names, or an exported constant whose keys they are. */
  readonly declaredAs: string
  /** Paths of the registry and of the files of its entries begin with one of these. */
  readonly own: readonly string[]
}

interface ResolvedNames extends Names {
  readonly all: ReadonlySet<string>
}

/**
 * Finds code outside a registry that decides by the name of one entry: a comparison, a case, a list that is searched,
 * or a key of a record by name. Goes by types: the value must be one of several names, or of all names and other texts.
 */
export class NameRule {
  readonly #checker: ts.TypeChecker
  readonly #root: string
  readonly #sources: readonly ts.SourceFile[]
  readonly #names: readonly ResolvedNames[]

  /** @throws Error where something that declares names is missing or declares none. */
  constructor(program: ts.Program, root: string, names: readonly Names[]) {
    this.#checker = program.getTypeChecker()
    this.#root = root
    this.#sources = program.getSourceFiles().filter((source) => this.#pathOf(source).startsWith('src/'))
    this.#names = names.map((one) => ({ ...one, all: this.#namesDeclaredAs(one.declaredAs) }))
  }

  /** `path:line: compares with the path kind custom`, in the order of the files. */
  find(): string[] {
    return this.#sources.flatMap((source) => {
      const found: string[] = []
      const visit = (node: ts.Node): void => {
        for (const { value, name, how } of decisionsIn(node, this.#checker)) {
          const names = this.#namesOf(value, name)
          if (names === undefined || names.own.some((prefix) => this.#pathOf(source).startsWith(prefix))) continue
          const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
          found.push(`${this.#pathOf(source)}:${line}: ${how} the ${names.what} ${name}`)
        }
        ts.forEachChild(node, visit)
      }
      visit(source)
      return found
    })
  }

  #pathOf(source: ts.SourceFile): string {
    return relative(this.#root, source.fileName)
  }

  /** The registry that a literal is from, where the value that it meets can have several of its names. */
  #namesOf(value: readonly string[], name: string): ResolvedNames | undefined {
    return this.#names.find(({ all }) => {
      const common = value.filter((literal) => all.has(literal)).length
      return all.has(name) && common > 1 && (common === value.length || common === all.size)
    })
  }

  #namesDeclaredAs(declaredAs: string): ReadonlySet<string> {
    for (const source of this.#sources) {
      const module = this.#checker.getSymbolAtLocation(source)
      const symbol = module?.exports?.get(ts.escapeLeadingUnderscores(declaredAs))
      if (symbol === undefined) continue
      const isType = (symbol.flags & ts.SymbolFlags.TypeAlias) !== 0
      const names = isType
        ? literalsOf(this.#checker.getDeclaredTypeOfSymbol(symbol))
        : this.#checker
            .getTypeOfSymbol(symbol)
            .getProperties()
            .map(({ name }) => name)
      if (names.length > 0) return new Set(names)
    }
    throw new Error(`no file of src/ exports names as ${declaredAs}`)
  }
}

interface Decision {
  /** The literals of the type of what is decided on. */
  readonly value: readonly string[]
  readonly name: string
  readonly how: string
}

const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
])

/** What a node by itself decides by a literal. */
function decisionsIn(node: ts.Node, checker: ts.TypeChecker): Decision[] {
  const meeting = (value: ts.Expression, literals: readonly ts.Expression[], how: string): Decision[] =>
    literals.filter(ts.isStringLiteralLike).map(({ text }) => ({ value: literalsIn(value, checker), name: text, how }))
  if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind))
    return [...meeting(node.left, [node.right], 'compares with'), ...meeting(node.right, [node.left], 'compares with')]
  if (ts.isSwitchStatement(node))
    return meeting(
      node.expression,
      node.caseBlock.clauses.flatMap((clause) => (ts.isCaseClause(clause) ? [clause.expression] : [])),
      'has a case for',
    )
  if (isSearch(node)) return meeting(node.arguments[0], node.expression.expression.elements, 'searches a list with')
  if (ts.isObjectLiteralExpression(node)) {
    const type = checker.getContextualType(node)
    const keys = type === undefined ? [] : type.getProperties().map(({ name }) => name)
    return node.properties.flatMap(({ name }) =>
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name))
        ? [{ value: keys, name: name.text, how: 'has a record with' }]
        : [],
    )
  }
  return []
}

/** `['a', 'b'].includes(value)`, and the same with indexOf. */
function isSearch(node: ts.Node): node is ts.CallExpression & {
  readonly expression: ts.PropertyAccessExpression & { readonly expression: ts.ArrayLiteralExpression }
} {
  return (
    ts.isCallExpression(node) &&
    node.arguments.length === 1 &&
    ts.isPropertyAccessExpression(node.expression) &&
    ['includes', 'indexOf'].includes(node.expression.name.text) &&
    ts.isArrayLiteralExpression(node.expression.expression)
  )
}

/** Of the declared type as well, since a comparison before may have narrowed it. */
function literalsIn(value: ts.Expression, checker: ts.TypeChecker): string[] {
  const symbol = checker.getSymbolAtLocation(value)
  const declared = symbol === undefined ? [] : literalsOf(checker.getTypeOfSymbol(symbol))
  return [...new Set([...declared, ...literalsOf(checker.getTypeAtLocation(value))])]
}

function literalsOf(type: ts.Type): string[] {
  const parts = type.isUnion() ? type.types : [type]
  return parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []))
}
