/** The place of the cursor in a YAML text. */
export interface YamlPlace {
  /** The keys around the cursor, the outermost first; `[]` for an entry of a list. */
  readonly path: readonly string[]
  /** The key whose value is being written; null where a key is expected. */
  readonly key: string | null
  /** The word before the cursor, from its first character on. */
  readonly word: string
  /** The other keys of the same map, as far as they can be read. */
  readonly others: readonly string[]
}

const KEY = /^(\s*)((?:- )*)("?)([\w./~*-]+)\3\s*:(?=\s|$)/

/** Returns the place of an offset in a YAML text, which may be incomplete: by indentation, and by keys within braces. */
export function yamlPlaceAt(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset)
  const lines = before.split('\n')
  const line = lines[lines.length - 1]
  const word = /[\w./~*-]*$/.exec(line)?.[0] ?? ''
  const flow = flowPlace(line.slice(0, line.length - word.length))
  const own = KEY.exec(line)
  const inValue = flow === null && own !== null && offset > 0 ? own[4] : null
  const indent = /^\s*(?:- )*/.exec(line)?.[0].length ?? 0
  const isItem = /^\s*- /.test(line)
  const outer = outerKeys(lines.slice(0, -1), isItem && own === null ? indent : indent)
  const items = isItem ? ['[]'] : []
  if (flow !== null) {
    const first = own === null ? [] : [own[4]]
    return { path: [...outer, ...items, ...first, ...flow.path], key: flow.key, word, others: flow.others }
  }
  return { path: [...outer, ...items], key: inValue, word, others: siblings(text, offset, indent) }
}

/** Returns the keys of the lines around a line with an indentation. */
function outerKeys(lines: readonly string[], indent: number): readonly string[] {
  const keys: string[] = []
  let least = indent
  for (const line of lines.toReversed()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const found = KEY.exec(line)
    if (found === null) continue
    const [, spaces, dashes, , key] = found
    const column = spaces.length + dashes.length
    if (column < least) {
      keys.unshift(key)
      least = column
    }
    // A line `- key:` begins the entry of a list, whose keys stand below it.
    if (dashes !== '' && spaces.length < least) {
      keys.unshift('[]')
      least = spaces.length + 1
    }
    if (least === 0) break
  }
  return keys
}

interface FlowPlace {
  readonly path: readonly string[]
  readonly key: string | null
  readonly others: readonly string[]
}

/** Returns the place at the end of a line within braces and brackets; null if none is open. */
function flowPlace(line: string): FlowPlace | null {
  const open: { readonly key: string; readonly isList: boolean; readonly keys: string[] }[] = []
  let key: string | null = null
  for (const [token] of line.matchAll(/"[^"]*"|'[^']*'|[\w./~*-]+\s*:(?=\s|$)|[{}[\],]|[\w./~*-]+/g)) {
    const top = open.at(-1)
    if (token === '{' || token === '[') {
      open.push({ key: key ?? (top?.isList === true ? '[]' : ''), isList: token === '[', keys: [] })
      key = null
    } else if (token === '}' || token === ']') {
      open.pop()
      key = null
    } else if (token === ',') key = null
    else if (token.endsWith(':')) {
      key = token.slice(0, -1).trim()
      top?.keys.push(key)
    }
  }
  const top = open.at(-1)
  if (top === undefined) return null
  // The first brace belongs to the key of the line, which the caller knows.
  const path = open.slice(1).map((one) => one.key)
  return { path: [...path, ...(top.isList ? ['[]'] : [])], key: top.isList ? null : key, others: top.keys }
}

/** Returns the keys of the lines with the same indentation, up to lines with less. */
function siblings(text: string, offset: number, indent: number): readonly string[] {
  const lines = text.split('\n')
  const own = text.slice(0, offset).split('\n').length - 1
  const keysOf = (some: readonly string[]) => {
    const keys: string[] = []
    for (const line of some) {
      const found = KEY.exec(line)
      if (found === null) continue
      const column = found[1].length + found[2].length
      if (column < indent) break
      if (column === indent) keys.push(found[4])
    }
    return keys
  }
  return [...keysOf(lines.slice(0, own).toReversed()), ...keysOf(lines.slice(own + 1))]
}
