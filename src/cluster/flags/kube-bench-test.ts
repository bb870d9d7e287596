/**
 * A test of kube-bench (`tests` in master.yaml and node.yaml in cfg/). It passes if all items pass, or if one passes
 * and one is enough (`bin_op: or`).
 */
export interface KubeBenchTest {
  readonly items: readonly KubeBenchItem[]
  readonly isOneEnough?: true
}

/**
 * A condition on a command line, or on a field of the configuration file if the command line does not contain the flag
 * (check/check.go, execute).
 */
export interface KubeBenchItem {
  /** A text that the command line contains. */
  readonly flag: string
  /** The field of the configuration file: `authentication.anonymous.enabled`. Default: none. */
  readonly field?: string
  /** True if the flag must be absent (`set: false`). */
  readonly isUnset?: true
  /** The comparison of its value. Default: it only has to be there. */
  readonly compare?: { readonly op: 'eq' | 'noteq' | 'has' | 'nothave'; readonly value: string }
}

/** The findings of kube-bench on a machine: the line of `ps`, and what the configuration file has at a field. */
export interface AuditOutput {
  readonly commandLine: string
  /** Returns the value of a field; null if the file does not have it, or there is no file. */
  fieldOf(field: string): string | null
}

/** Runs a test as kube-bench does (check/test.go, flagTestItem.findValue, evaluate, compareOp). */
export function passesKubeBench({ items, isOneEnough }: KubeBenchTest, output: AuditOutput): boolean {
  return isOneEnough ? items.some((item) => passesItem(item, output)) : items.every((item) => passesItem(item, output))
}

function passesItem({ flag, field, isUnset, compare }: KubeBenchItem, { commandLine, fieldOf }: AuditOutput): boolean {
  const value = valueBehind(flag, commandLine) ?? (field === undefined ? null : fieldOf(field))
  if (isUnset) return value === null
  if (value === null || compare === undefined) return value !== null
  const text = /^(true|false)$/i.test(value) ? value.toLowerCase() : value
  switch (compare.op) {
    case 'eq':
      return text === compare.value
    case 'noteq':
      return text !== compare.value
    case 'has':
      return value.includes(compare.value)
    case 'nothave':
      return !value.includes(compare.value)
  }
}

/** Returns the text after the first occurrence of a flag; `true` if there is none; null if the flag does not occur. */
function valueBehind(flag: string, line: string): string | null {
  const start = line.indexOf(flag)
  if (start < 0) return null
  const value = /^(?:=|: *)*(\S*)/.exec(line.slice(start + flag.length))![1]
  return value === '' ? (flag.startsWith('--') ? 'true' : flag) : value
}

/** Describes what a test asks, for people: `whether "--kubelet-certificate-authority" occurs, whatever its value`. */
export function describeKubeBench({ items, isOneEnough }: KubeBenchTest): string {
  return `whether ${items.map(describeItem).join(isOneEnough ? ', or ' : ', and ')}`
}

const COMPARED = { eq: 'is', noteq: 'is not', has: 'contains', nothave: 'does not contain' }

function describeItem({ flag, isUnset, compare }: KubeBenchItem): string {
  if (isUnset) return `${flag} does not occur, whatever the default is then`
  if (compare === undefined) return `the text ${flag} occurs, whatever its value`
  return `the value of ${flag} ${COMPARED[compare.op]} ${compare.value}`
}
