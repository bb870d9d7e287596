/** A statement of a script about a connection does not hold, or cannot be computed. */
export class AssertionFailure extends Error {}

/**
 * Checks the statements between `%{` and `}%`, of the part of Python that scripts use: `assert a <= b < c, d` and `print`.
 * `lookUp` returns the value of a name.
 */
export function checkStatements(code: string, lookUp: (name: string) => number): void {
  const lines = code
    .replaceAll(/\\\n/g, ' ')
    .split(/[\n;]/)
    .map((line) => line.replace(/#.*$/, '').trim())
  for (const line of lines) {
    if (line === '' || line.startsWith('print') || /^TCP_INFINITE_SSTHRESH = 0x7fffffff$/.test(line)) continue
    const condition = /^assert\s+(.*)$/.exec(line)?.[1]
    if (condition === undefined) throw new AssertionFailure(`the statement "${line}"`)
    checkCondition(condition.replace(/,[^,]*$/, '').trim(), lookUp)
  }
}

function checkCondition(condition: string, lookUp: (name: string) => number): void {
  for (const part of condition.split(/\band\b/)) {
    if (!part.split(/\bor\b/).some((choice) => holds(new Expression(choice, lookUp), choice)))
      throw new AssertionFailure(`${condition} does not hold${valuesIn(condition, lookUp)}`)
  }
}

function valuesIn(condition: string, lookUp: (name: string) => number): string {
  const names = new Set(condition.match(/\b(?:tcpi_\w+|SK_MEMINFO_\w+)/g) ?? [])
  return [...names].map((name) => `; ${name} is ${lookUp(name)}`).join('')
}

/** Returns whether each comparison of a chain holds. */
function holds(expression: Expression, text: string): boolean {
  let left = expression.sum()
  let result: boolean | null = null
  for (let operator = expression.takeComparison(); operator !== null; operator = expression.takeComparison()) {
    const right = expression.sum()
    result = (result ?? true) && compare(left, operator, right)
    left = right
  }
  if (!expression.isAtEnd) throw new AssertionFailure(`the expression "${text.trim()}"`)
  return result ?? left !== 0
}

function compare(left: number, operator: string, right: number): boolean {
  if (operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (operator === '<=') return left <= right
  if (operator === '>=') return left >= right
  return operator === '<' ? left < right : left > right
}

/** Sums, products and bits of numbers and names. */
class Expression {
  private rest: string
  private readonly lookUp: (name: string) => number

  constructor(text: string, lookUp: (name: string) => number) {
    this.rest = text.trim()
    this.lookUp = lookUp
  }

  get isAtEnd(): boolean {
    return this.rest === ''
  }

  takeComparison(): string | null {
    return this.take(/^(?:==|!=|<=|>=|<(?!<)|>(?!>))/)
  }

  sum(): number {
    let value = this.product()
    for (let operator = this.take(/^[-+&|]/); operator !== null; operator = this.take(/^[-+&|]/)) {
      const next = this.product()
      if (operator === '+') value += next
      else if (operator === '-') value -= next
      else value = operator === '&' ? value & next : value | next
    }
    return value
  }

  private product(): number {
    let value = this.atom()
    for (let operator = this.take(/^(?:\*|\/\/?)/); operator !== null; operator = this.take(/^(?:\*|\/\/?)/)) {
      const next = this.atom()
      value = operator === '*' ? value * next : operator === '/' ? value / next : Math.floor(value / next)
    }
    return value
  }

  private atom(): number {
    if (this.take(/^\(/) !== null) {
      const value = this.sum()
      if (this.take(/^\)/) === null) throw new AssertionFailure('expected )')
      return value
    }
    const number = this.take(/^-?(?:0x[\da-f]+|\d+(?:\.\d+)?)/i)
    if (number !== null) return Number(number)
    const name = this.take(/^[A-Za-z_]\w*/)
    if (name === null) throw new AssertionFailure(`the expression "${this.rest}"`)
    return this.lookUp(name)
  }

  private take(pattern: RegExp): string | null {
    const match = pattern.exec(this.rest)
    if (match === null) return null
    this.rest = this.rest.slice(match[0].length).trimStart()
    return match[0]
  }
}
